/**
 * Dice without a state: the same words give the same number, whoever asks and in whatever order.
 * That is what makes the random numbers common: attempt 2 of request 7 meets one fate, for every contender.
 */
export const dice = (...words: readonly (string | number)[]): number => {
  // cyrb53 (bryc, public domain): two multiplicative lanes, mixed to 53 bits.
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (const word of words) {
    const text = `${word}\n`
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      a = Math.imul(a ^ code, 2_654_435_761)
      b = Math.imul(b ^ code, 1_597_334_677)
    }
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909)
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909)
  return (4_294_967_296 * (2_097_151 & b) + (a >>> 0)) / 2 ** 53
}

/** Dice of one attempt: each question has a number of its own, so that asking one more changes no other. */
export type Roll = (question: string) => number

/** Log-normal around its median, as response times are. */
export const lognormal = (roll: Roll, question: string, median: number, sigma: number): number => {
  // Box-Muller; the first number must not be 0.
  const u = 1 - roll(`${question} u`)
  const v = roll(`${question} v`)
  return median * Math.exp(sigma * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v))
}
