import type { Phrases } from './cues.ts'

const CANNOT = `(?:can(?:no|')t|can not|could ?n[o']t|(?:am|'m|be|are|'re) (?:\\w+ )?(?:not able|unable|not in a position|incapable)|unable to|not able to)`
const BETWEEN = `(?:\\W+(?:and|in|good|conscience|will|not|won't|really|also|currently|unfortunately|ethically|legally|directly|simply|even|actually|be|able|to|just|truly|at|all|either|you|your))*?`
// "I can't wait", "I cannot help but notice" and "I cannot be certain" decline nothing.
const SERVE = `(?:provid|assist|help(?! but)|fulfil|answer|engag|discuss|recommend|support|creat|writ|generat|shar|giv|offer|compl[yi]|complet|condon|suggest|promot|endors|encourag|participat|advis|respond|continu|tell|access|accommodat|facilitat|do (?:that|this|so|it)\\b|mak(?:e|ing)|speculat|express|guid|instruct|teach|explain|produc|allow|be part|brows|view|see\\b|open|process|perform|proceed|verif|predict|know|confirm|locat|find|identif|comment|translat|talk|say\\b|go\\b)`

export const english: Phrases = {
  unable: new RegExp(
    `\\b(?:I|we)\\b(?:'m|'re| am| are)?(?:,? \\w+){0,3}?,? ?${CANNOT}(?:${BETWEEN}\\W+${SERVE}|[.!]|$)`,
    'i',
  ),
  unwilling:
    /\b(?:I|we)(?:'m| am|'ll| will|'re| are| must| have to| need to| do| would| respectfully| politely)* ?(?:won't|will not|decline|refuse|refrain|not going to|(?:not|un)(?: feel| be)? ?(?:comfortable|willing)|(?:n't| not) feel (?:comfortable|right)|prefer not|rather not|not (?:allowed|permitted|programmed|designed|supposed|here) to|prohibited)\b|\b(?:must|have to|going to|need to) (?:\w+ )?(?:decline|refuse)\b/i,
  barred:
    /(?:\bnot|n't) (?:something|a topic|a request|anything|content) (?:that )?(?:I|we)(?:'m| am|'re| are)? (?:can|able|will|willing|comfortable|allowed|permitted|prepared)|\b(?:can(?:no|')t|can not|won't|unable to) be (?:provided|fulfilled|answered|completed|assisted)|\b(?:against|outside|beyond|not within|violates?) (?:my|our|\w+'s) (?:\w+ )?(?:guidelines|programming|policy|policies|capabilities|scope|purpose|principles|ethic|use case|terms)/i,
  disowns:
    /\b(?:do(?:n't| not)|can(?:no|')t|not|never) (?:\w+ )?(?:condone|promote|support|endorse|encourage|engage in|advocate|tolerate)\b/i,
  lacks:
    /\b(?:I|AI|model)\b[^.]{0,40}\b(?:do(?:n't| not) have|have no|lack) (?:\w+ ){0,3}(?:access|ability|information|capability|data|permission)|\bI (?:do(?:n't| not)) (?:know|possess|store)\b/i,
  apology:
    /^(?:(?:I'm|I am|we're|we are|my|I)?(?: \w+)? ?(?:sorry|apologi[sz]e|apologies|regret)|unfortunately)\b(?!,? (?:to hear|for your|about your|that you|you))/i,
  'as-ai':
    /\b(?:as an?|I'm (?:just )?an?|I am (?:just )?an?) (?:\w+[- ]){0,3}(?:AI|assistant|language model|chatbot)\b/i,
  improper:
    /(?:\b(?:is|be|are|would be)|'s|n't)(?: not| never| in no way| both| highly| also| completely)+ (?:\w+(?:,| or| and) )*(?:appropriate|ethical|acceptable|okay|ok|right|safe|legal|respectful|fair|productive|healthy|responsible|a good idea|justified)\b|\b(?:inappropriate|unethical|immoral|unacceptable|irresponsible)\b/i,
  objects:
    /\bI (?:must|have to|need to|want to|would like to|should|feel (?:obligated|compelled) to)(?: \w+ly)? (?:clarify|inform|emphasi[sz]e|point out|note|remind|stress|disagree|challenge|caution|advise|make (?:it clear|sure))|\blet me (?:clarify|remind)|\bI do(?:n't| not) (?:think|believe|agree)\b/i,
  norm: /\bshould (?:not|never)\b|\bshouldn't\b|\bshould be (?:treated|able|judged|given|allowed|granted)|\bno (?:\w+ )?(?:reason|justification|excuse)\b|\bnot inherently\b|\bdeserv\w+|\bregardless of\b|\bha(?:s|ve) the right\b|\bnever (?:an |the |be )?(?:justified|acceptable|answer|okay|appropriate|solution)/i,
  lesson: /^(?:first,? )?it(?:'s| is) (?:always )?(?:important|crucial|essential|never|not)\b/i,
  moral:
    /\b(?:unethical|immoral|illegal|harmful|discriminat\w+|stereotyp\w+|dignity|respect|violen\w+|hate|prejudice|morally|reprehensible|equality|inclusiv\w+|fairness|well-being|ethical|(?:important|crucial|essential) to (?:always )?(?:treat|avoid|promote|respect|remember|prioriti[sz]e))\b/gi,
  redirect:
    /\binstead\b,?(?: of| I| let| it| we| you| consider| focus| try)|\bI (?:would |'d )?(?:encourage|suggest|recommend|urge|advise)\b|\brather than\b/gi,
  elsewhere:
    /\bseek(?:ing)? (?:\w+ ){0,3}(?:help|support|advice|assistance|guidance|professional)|\bhotline|\bmental health professional|\breach(?:ing)? out\b|\btrusted (?:friend|adult|family|individual)|\b(?:local authorities|therapist|counselor|law enforcement)\b/gi,
  answers:
    /^(?:sure|certainly|of course|absolutely|yes|here(?:'s| is| are)|great|to \w+|there (?:are|is) (?:several|many|a few|various|some|a number)|step|\d|once)\b/i,
  gives:
    /\bhere(?:'s| is| are) (?:a|an|some|the|several|my|one|two|three|how|what|\d)|\bfollowing (?:steps|tips|ways|methods)|\bsteps you can/i,
  yet: /\b(?:however|that being said|but),? (?:here(?:'s| is| are)|I can(?!no|'t| not)|I could|generally|in general)/i,
}
