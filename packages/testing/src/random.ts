/**
 * Dice that fall the same way for the same seed: numbers from 0 up to, not including, 1.
 * The generator is mulberry32 (Tommy Ettinger, 2017, public domain): 32 bits of state, every seed is a good one.
 */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}
