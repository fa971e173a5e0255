import type { Metrics } from '../metrics.ts'
import { MEASURES, shown } from './measures.ts'

const SHORT: Partial<Record<keyof Metrics, string>> = {
  amplification: '×',
  p99: 'p99',
  ttftP99: 'ttft',
  deadPerRequest: 'dead',
  recover: 'recover',
  waste: 'waste',
}

/** One run in a line, while one waits for the others. */
export const line = (
  scenario: string,
  contender: string,
  metrics: Metrics,
  cpu: number,
): string => {
  const measures = MEASURES.filter(({ of }) => of in SHORT)
    .map((measure) => [SHORT[measure.of], shown(measure, metrics)] as const)
    .filter(([, value]) => value !== '–')
    .map(([name, value]) => `${name} ${value}`)
  const goodput = `${(metrics.goodput * 100).toFixed(2)} %`.padStart(9)
  return `${scenario.padEnd(7)} ${contender.padEnd(13)} ${goodput}  ${measures.join('  ')}  (${cpu.toFixed(1)} s of CPU a run)`
}
