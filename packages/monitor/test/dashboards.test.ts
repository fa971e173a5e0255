import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import {
  dashboard,
  exprOf,
  generated,
  rulesFile,
  same,
} from '../../../scripts/generate-dashboards.ts'
import { costRate, DEFAULT_RULES } from '../src/alerts/default-rules.ts'
import { METRICS } from '../src/catalogue.ts'

const root = new URL('../../../', import.meta.url)
const names = new Set<string>(Object.values(METRICS).map(({ name }) => name))
/** Every series that an expression reads, without the suffixes of a histogram. */
const seriesIn = (text: string): string[] =>
  (text.match(/holdfast_\w+/g) ?? []).map((name) => name.replace(/_(?:sum|count|bucket)$/, ''))

test('every generated file is what its source says: pnpm generate:dashboards', () => {
  const stale = Object.entries(generated())
    .filter(([path, content]) => !same(path, readFileSync(new URL(path, root), 'utf8'), content))
    .map(([path]) => path)
  expect(stale).toStrictEqual([])
})

test('rules and dashboard read no series that is not exported, and the dashboard shows them all', () => {
  const shown = new Set(seriesIn(JSON.stringify(dashboard())))
  expect([...shown].filter((name) => !names.has(name))).toStrictEqual([])
  expect([...names].filter((name) => !shown.has(name))).toStrictEqual([])
  const asked = seriesIn([...DEFAULT_RULES, costRate(20)].map(({ when }) => exprOf(when)).join(' '))
  expect(asked.filter((name) => !names.has(name))).toStrictEqual([])
})

test('panels stand beside one another, not on one another', () => {
  const { panels } = dashboard() as {
    panels: { id: number; gridPos: { x: number; y: number; w: number; h: number } }[]
  }
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
  )
  expect(new Set(cells).size).toBe(cells.length)
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
})

test('there is a rule for each alert, by its name', () => {
  const text = rulesFile()
  expect(text.match(/^ {6}- alert: \w+$/gm)?.map((line) => line.split(': ')[1])).toStrictEqual([
    'HoldfastErrorRate',
    'HoldfastCircuitOpen',
    'HoldfastLastOption',
    'HoldfastLatencyDoubled',
    'HoldfastBudgetNearlySpent',
    'HoldfastKeyBanned',
    'HoldfastUnknownFaultsRising',
    'HoldfastRetriesStacked',
  ])
})

/** promtool comes with Debian's `prometheus`; where it is not, the tests above are what there is. */
const promtool = ((): string | undefined => {
  const tool = process.env['PROMTOOL'] ?? 'promtool'
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' })
    return tool
  } catch {
    return undefined
  }
})()

/** Series as promtool plays them: from `begin` on, so much more every 15 seconds. */
const PLAYED = `
rule_files: [holdfast.rules.yml]
evaluation_interval: 15s
tests:
  - interval: 15s
    name: more than five per cent of errors
    input_series:
      - { series: 'holdfast_calls_total{route="chat",outcome="succeeded"}', values: '0+30x80' }
      - { series: 'holdfast_calls_total{route="chat",outcome="failed"}', values: '0+0x40 3+3x40' }
      - { series: 'holdfast_calls_total{route="chat",outcome="aborted"}', values: '0+300x80' }
    alert_rule_test:
      - { eval_time: 10m, alertname: HoldfastErrorRate }
      - eval_time: 15m
        alertname: HoldfastErrorRate
        exp_alerts:
          - exp_labels: { severity: page, route: chat }
            exp_annotations: { summary: '9.091% of the calls of chat failed within five minutes' }
  - interval: 15s
    name: an open circuit, a banned key
    input_series:
      - { series: 'holdfast_circuit_state{key="gpt"}', values: '0x4 2x4' }
      - { series: 'holdfast_circuit_banned{key="gpt"}', values: '0x4 1x4' }
    alert_rule_test:
      - { eval_time: 1m, alertname: HoldfastCircuitOpen }
      - eval_time: 2m
        alertname: HoldfastCircuitOpen
        exp_alerts:
          - exp_labels: { severity: page, key: gpt }
            exp_annotations: { summary: 'The circuit of gpt is open: nothing is sent there' }
      - eval_time: 2m
        alertname: HoldfastKeyBanned
        exp_alerts:
          - exp_labels: { severity: page, key: gpt }
            exp_annotations: { summary: 'The provider turns us away at gpt: its key or its quota needs a human' }
  - interval: 15s
    name: the last option
    input_series:
      - { series: 'holdfast_last_option_total{route="chat"}', values: '0x8 1x8' }
    alert_rule_test:
      - { eval_time: 2m, alertname: HoldfastLastOption }
      - eval_time: 150s
        alertname: HoldfastLastOption
        exp_alerts:
          - exp_labels: { severity: page, route: chat }
            exp_annotations: { summary: 'Calls of chat are down to the last option of their fallback list' }
  - interval: 15s
    name: doubled latency
    input_series:
      - { series: 'holdfast_call_duration_seconds_count{route="chat",outcome="succeeded"}', values: '0+15x300' }
      - { series: 'holdfast_call_duration_seconds_sum{route="chat",outcome="succeeded"}', values: '0+45x240 10980+180x60' }
    alert_rule_test:
      - { eval_time: 60m, alertname: HoldfastLatencyDoubled }
      - eval_time: 66m
        alertname: HoldfastLatencyDoubled
        exp_alerts:
          - exp_labels: { severity: page, route: chat }
            exp_annotations: { summary: 'Calls of chat take 3.81 times as long as in the hour before' }
  - interval: 15s
    name: faults without a name
    input_series:
      - { series: 'holdfast_call_failures_total{route="chat",fault="unknown"}', values: '0x20 0+1x20' }
    alert_rule_test:
      - { eval_time: 5m, alertname: HoldfastUnknownFaultsRising }
      - eval_time: 8m
        alertname: HoldfastUnknownFaultsRising
        exp_alerts:
          - exp_labels: { severity: ticket, route: chat }
            exp_annotations: { summary: 'Failures of chat that nobody has a name for come 132.1 times as often as before' }
  - interval: 15s
    name: a budget that nears its end
    input_series:
      - { series: 'holdfast_budget_spent_ratio{key="acme per day"}', values: '0.5x4 0.82x4' }
    alert_rule_test:
      - { eval_time: 1m, alertname: HoldfastBudgetNearlySpent }
      - eval_time: 2m
        alertname: HoldfastBudgetNearlySpent
        exp_alerts:
          - exp_labels: { severity: ticket, key: acme per day }
            exp_annotations: { summary: '82% of the budget acme per day is spent' }
  - interval: 15s
    name: a client that retries by itself
    input_series:
      - { series: 'holdfast_retries_stacked{route="chat"}', values: '1x8' }
    alert_rule_test:
      - eval_time: 1m
        alertname: HoldfastRetriesStacked
        exp_alerts:
          - exp_labels: { severity: ticket, route: chat }
            exp_annotations: { summary: 'The client behind chat retries by itself: set its maxRetries to 0, or every retry multiplies' }
  - interval: 15s
    name: more dollars than the rule allows, for longer than it waits
    input_series:
      - { series: 'holdfast_cost_usd_total{route="chat",provider="openai",model="large"}', values: '0+0.125x80' }
      - { series: 'holdfast_cost_usd_total{route="batch",provider="openai",model="large"}', values: '0+0.125x80' }
    alert_rule_test:
      - { eval_time: 45s, alertname: HoldfastCostRate }
      - eval_time: 10m
        alertname: HoldfastCostRate
        exp_alerts:
          - exp_labels: { severity: page }
            exp_annotations: { summary: '60 dollars an hour are being spent, more than 20' }
`

/** The queries of the dashboard as rules, so that promtool parses them: its variables are Grafana's. */
const queriesAsRules = (): string => {
  const { panels } = dashboard() as { panels: { targets: { expr: string }[] }[] }
  const rules = panels.flatMap(({ targets }, panel) =>
    targets.map(({ expr }, target) => ({
      record: `holdfast:panel${panel}_${target}`,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$route', '.*'),
    })),
  )
  return JSON.stringify({ groups: [{ name: 'queries', rules }] })
}

test.runIf(promtool !== undefined)(
  'promtool: the rules are sound and fire when they should, and it can read the queries of the dashboard',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-rules-'))
    try {
      writeFileSync(join(folder, 'holdfast.rules.yml'), rulesFile([...DEFAULT_RULES, costRate(20)]))
      writeFileSync(join(folder, 'played.yml'), PLAYED)
      const run = (...args: string[]): string =>
        execFileSync(promtool!, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
      expect(run('check', 'rules', 'holdfast.rules.yml')).toContain('9 rules found')
      expect(run('test', 'rules', 'played.yml')).toContain('SUCCESS')
      // YAML is JSON, and more.
      writeFileSync(join(folder, 'queries.yml'), queriesAsRules())
      expect(run('check', 'rules', 'queries.yml')).toMatch(/SUCCESS: \d{2} rules found/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
  // Processes of their own, on a machine that may be busy.
  30_000,
)
