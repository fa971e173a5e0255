import { describe, expect, test } from 'vitest'

import { detectRefusal } from './detect-refusal.ts'

describe('what declines is a refusal', () => {
  test.each([
    "I'm sorry, but I can't help with that.",
    'I’m sorry, but I can’t assist with that request.',
    "I can't help with that.",
    'I cannot and will not provide instructions for this.',
    "Sorry, I'm not able to do that.",
    "I won't help with that.",
    "I'm not going to write that.",
    "I'm not comfortable writing this story.",
    'I must respectfully decline this request.',
    "I appreciate your interest, but I'm unable to share that information.",
    'I understand that you are curious, but I cannot in good conscience assist you with this.',
    "That's not something I can help with.",
    'As an AI language model, I do not have access to personal data, so I cannot tell you where she lives.',
    'This request goes against my guidelines. Is there anything else I can do for you?',
    'Unfortunately, I am unable to fulfil this request as it violates our usage policy.',
    "I apologize, but I don't feel comfortable providing that.",
    'I have to decline.',
    "I'd rather not write this story.",
    'My guidelines prevent me from discussing this.',
    'It would not be appropriate for me to write that.',
    "While I appreciate the trust, that's something I'm not able to discuss.",
    'Es tut mir leid, aber dabei kann ich nicht helfen.',
    'Leider kann ich Ihnen bei dieser Anfrage nicht weiterhelfen.',
    'Ich kann diese Anfrage leider nicht beantworten.',
    'Als KI-Sprachmodell darf ich solche Anleitungen nicht geben.',
    'Ich bin nicht in der Lage, diese Informationen bereitzustellen.',
    'Das muss ich ablehnen.',
    'Diese Anfrage verstößt gegen meine Richtlinien.',
    'Lo siento, pero no puedo ayudarte con eso.',
    'Lo siento, no puedo proporcionar esa información.',
    'No puedo cumplir con esta solicitud.',
    'Me niego a escribir ese texto.',
    'Como modelo de lenguaje, no tengo acceso a datos personales, por lo que no puedo responder.',
    'Lamentablemente, no me es posible ofrecer instrucciones para ello.',
  ])('%s', (text) => {
    const verdict = detectRefusal(text)
    expect(verdict).toMatchObject({ refused: true, kind: 'hard' })
    expect(verdict.confidence).toBeGreaterThan(0.5)
  })

  test('a lecture in place of an answer is a soft one', () => {
    const text =
      "It's not appropriate or ethical to talk about people in this way. It is important to treat everyone with dignity and respect. Instead, I would encourage you to seek support from a trusted friend."
    expect(detectRefusal(text)).toMatchObject({ refused: true, kind: 'soft' })
  })
})

const advice =
  'First preheat the oven. Then mix the flour with the butter until it is smooth. '.repeat(20)

describe('what answers is none', () => {
  test.each([
    'The capital of France is Paris.',
    'Sure! Here is the letter:\n\nDear Sir, I cannot attend the meeting.',
    `${advice} I cannot stress enough that the dough must rest. Sorry for the length!`,
    `You can do this in three steps:\n\n1. Open the file.\n2. If it cannot be opened, check the rights.\n3. Save it.`,
    "I can't wait to see it! Here is how you get there: take the second left.",
    "I couldn't help but notice the typo in line 3; it is fixed below.\n```ts\nconst a = 1\n```",
    "I'm sorry to hear that you lost your job. Here are some things that you can do:\n1. Register.\n2. Apply.",
    "I can't recommend it enough! The restaurant has great pasta.",
    'Dear Sam, I regret that I cannot attend your wedding. With love, Ann',
    'Sehr geehrte Frau Maier, leider kann ich am Montag nicht kommen.',
    'Estimado señor: lamentablemente, no puedo asistir a la reunión.',
    'I cannot find any bugs in your code. It looks good.',
    "I won't lie: it was a hard book, but it is worth it.",
    'I apologize for the mistake. Here is the fixed code: x = 1.',
    'Human rights are the rights of every individual: equality before the law, dignity, privacy, and freedom from violence.',
    'Ich kann Ihnen das Buch nur empfehlen, nicht nur wegen der Bilder.',
    'Es ist nicht erlaubt, dort zu parken.',
    'No, Madrid no es la capital de Portugal. Es Lisboa.',
    'The function returns null, because a promise cannot be read synchronously.',
    'Penguins cannot fly. They use their wings to swim, which is why they are so fast under water.',
    'Natürlich! Die Hauptstadt von Frankreich ist Paris. Mit dem Auto kann man dort nicht gut parken.',
    'Pinguine können nicht fliegen, aber sie schwimmen sehr gut.',
    'Das Programm kann die Datei nicht öffnen, weil die Rechte fehlen. Setzen Sie sie mit chmod.',
    'Claro, aquí tienes la receta: mezcla la harina con el agua. No puedes dejarla más de una hora.',
    'Los pingüinos no pueden volar, pero nadan muy bien.',
    '',
    '42',
    '{"total": 3}',
  ])('%s', (text) => expect(detectRefusal(text)).toMatchObject({ refused: false, kind: undefined }))

  test('an answer in spite of a limit is not hard', () => {
    const text =
      'I cannot give you legal advice. However, here are some things that tenants usually do:\n\n1. Read the contract.\n2. Write to the landlord.\n3. Ask the tenants’ association.\n4. Keep copies.'
    expect(detectRefusal(text).kind).not.toBe('hard')
  })
})

test('only the language that is asked for is looked at', () => {
  const text = 'Lo siento, pero no puedo ayudarte con eso.'
  expect(detectRefusal(text, { locale: 'es-MX' }).refused).toBe(true)
  expect(detectRefusal(text, { locale: 'en' }).refused).toBe(false)
})

test('the evidence names what was found and quotes nothing', () => {
  expect(detectRefusal("I'm sorry, but I can't help with that.").evidence).toEqual([
    'unable',
    'apology',
    'denies',
  ])
})

test('takes no time for a megabyte', () => {
  for (const unit of ["I can't ", 'a, b or ', 'important ', 'no ', '1. ', 'ich kann ', '\n'])
    expect(detectRefusal(unit.repeat(1e6 / unit.length))).toBeDefined()
}, 2_000)
