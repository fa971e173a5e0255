import type { Phrases } from './cues.ts'

export const english: Phrases = {
  // "I can't wait", "I cannot help but notice", "I cannot find any" and "I cannot be certain" decline nothing.
  unable:
    /\b(?:I|we)\b(?:'m|'re| am| are)?(?:,? \w+){0,3}?,? ?(?:can(?:no| no|')t(?! (?:wait|help but|believe|imagine|stress|emphasi|thank|say|be |guarantee|recall|find|see (?:an?y?|the)\b|(?:\w+ ){1,4}enough))|(?:not |un)able to|(?:not in|in no) a? ?position)/i,
  unwilling:
    /\bI(?:'m|'ll|'d)?(?: \w+){0,3}? ?(?:won't(?! lie)|will not|decline|refuse|not going to|(?:not|un) ?(?:feel |be )?(?:comfortable|willing)|n't feel (?:comfortable|right)|rather not|not (?:allowed|permitted|programmed|designed) to)\b/i,
  barred:
    /n[o']t something (?:that )?I|n[o']t be (?:provided|fulfilled|answered|completed)|n[o']t (?:be )?(?:appropriate|right|ethical) for me\b|\b(?:prevent|forbid|prohibit|n[o']t (?:allow|permit|let))s? me\b|\b(?:against|outside|beyond|within|violates?) (?:my|our|\w+'s) (?:\w+ )?(?:guideline|program|polic|capabil|scope|purpose|principle|ethic)/i,
  apology:
    /^(?:(?:I'm|I am|my|I)?(?: \w+)? ?(?:sorry|apolog\w+|regret)|unfortunately)\b(?!,? (?:to hear|for your|about your|that you))/i,
  improper:
    /(?:\bis|\bbe|\bare|'s|n't|\bwas|\bwere)(?: not| never| both)+ (?:\w+(?:,| or| and) )*(?:appropriate|ethical|acceptable|okay|right|safe|legal|respectful|fair|healthy|a good|justified|best|possible|productive|advisable|recommended)\b|\b(?:inappropriate|unethical|unacceptable|immoral|disrespectful)\b/i,
  denies: /\b(?:is|are|was|were|be|should|would|do|does|did|has|have|could|might) not\b|n't\b/gi,
  preaches:
    /\b(?:(?:un)?ethical|immoral|illegal|harmful|discriminat|stereotyp|dignity|respect|violen|hate|prejudice|moral|equality|inclusiv|fairness|well-being|rights?\b|privacy|consent\b|individual|everyone|others\b|based on (?:their|some|race|gender)|regardless of|simply because|inherent|(?:important|crucial|essential|always) to\b)/gi,
  redirects:
    /\binstead\b|\brather than\b|\bI (?:would )?(?:encourage|suggest|recommend|urge|advise)|\bseek(?:ing)? (?:\w+ ){0,3}(?:help|support|advice|guidance|professional)|\bhotline|\breach(?:ing)? out\b|\btherapist/gi,
  answers:
    /^(?:dear|subject:)|\bfiction|\bnot (?:a )?real\b|n[o']t (?:actually )?exist|\bnonsens|\bhypothetic|\bmetaphor/gi,
  yet: /\b(?:however|that being said|but),? (?:here|I can(?!no|'t| not)|I could|generally|in general)/gi,
}
