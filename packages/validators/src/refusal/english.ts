import type { Phrases } from './cues.ts'

export const english: Phrases = {
  // "I can't wait", "I cannot help but notice" and "I cannot be certain" decline nothing.
  unable:
    /\b(?:I|we)\b(?:'m|'re| am| are)?(?:,? \w+){0,3}?,? ?(?:can(?:no| no|')t(?! (?:wait|help but|believe|imagine|stress|emphasi|thank|say|be |guarantee|recall))|(?:not |un)able to|(?:not in|in no) a? ?position)/i,
  unwilling:
    /\bI(?:'m|'ll)?(?: \w+){0,3}? ?(?:won't|will not|decline|refuse|not going to|(?:not|un) ?(?:feel |be )?(?:comfortable|willing)|n't feel (?:comfortable|right)|rather not|not (?:allowed|permitted|programmed|designed) to)\b/i,
  barred:
    /n[o']t something (?:that )?I|n[o']t be (?:provided|fulfilled|answered|completed)|\b(?:against|outside|beyond|within|violates?) (?:my|our|\w+'s) (?:\w+ )?(?:guideline|program|polic|capabil|scope|purpose|principle|ethic)/i,
  disowns: /n[o']t (?:\w+ )?(?:condone|promote|support|endorse|encourage|engage in)\b/i,
  lacks:
    /\b(?:I|AI|model)\b[^.]{0,40} (?:not have|n't have|have no|lack) (?:\w+ ){0,3}(?:access|abilit|information|capabilit|data)|\bI do(?:n't| not) know\b/i,
  apology:
    /^(?:(?:I'm|I am|my|I)?(?: \w+)? ?(?:sorry|apolog\w+|regret)|unfortunately)\b(?!,? (?:to hear|for your|about your|that you))/i,
  'as-ai': /\b(?:as|I'm|I am)(?: just)? an? (?:\w+ ){0,3}(?:AI|assistant|language model)\b/i,
  improper:
    /(?:\b(?:is|be|are)|'s|n't)(?: not| never| both)+ (?:\w+(?:,| or| and) )*(?:appropriate|ethical|acceptable|okay|right|safe|legal|respectful|fair|healthy|a good idea|justified)\b|\b(?:inappropriate|unethical)\b/i,
  objects:
    /\bI (?:must|have to|need to|want to)(?: \w+ly)? (?:clarify|inform|emphasize|point out|note|remind|disagree)|\bI do(?:n't| not) (?:think|believe|agree)\b/i,
  norm: /\bshould(?: not| never|n't)\b|\bnot inherently\b|\bregardless of\b|\bnever (?:\w+ )?(?:justified|acceptable|okay)/i,
  lesson: /^(?:first,? )?it(?:'s| is) (?:always )?(?:important|crucial|essential|never|not)\b/i,
  moral:
    /\b(?:(?:un)?ethical|immoral|illegal|harmful|discriminat|stereotyp|dignity|respect|violen|hate|prejudice|moral|equality|inclusiv|fairness|well-being|(?:important|crucial|essential) to (?:always )?(?:treat|avoid|promote|respect|remember))/gi,
  redirect:
    /\binstead\b|\bI (?:would |'d )?(?:encourage|suggest|recommend|urge|advise)\b|\brather than\b/gi,
  elsewhere:
    /\bseek(?:ing)? (?:\w+ ){0,3}(?:help|support|advice|guidance|professional)|\bhotline|\breach(?:ing)? out\b|\btherapist/gi,
  answers:
    /^(?:sure|certainly|of course|absolutely|yes|here|great|to \w+|there (?:are|is) (?:several|many|a few|some)|step|\d)\b/i,
  gives:
    /\bhere(?:'s| is| are) (?:a|an|some|the|several|my|how|what|\d)|\bfollowing (?:steps|tips)/gi,
  yet: /\b(?:however|that being said|but),? (?:here|I can(?!no|'t| not)|I could|generally|in general)/gi,
}
