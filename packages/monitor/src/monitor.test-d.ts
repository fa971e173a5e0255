import type { Fault, FaultKind } from '@holdfast/core'
import { pipeline } from '@holdfast/core'
import { expectTypeOf } from 'vitest'

import { retry } from '../../retry/src/index.ts'
import type { Alert } from './alerts/alert.ts'
import { costBudget } from './cost-budget/cost-budget.ts'
import type { AttemptEntry, CallEntry } from './entry.ts'
import { monitor } from './monitor.ts'

declare const ask: (request: { readonly prompt: string }) => Promise<{ readonly text: string }>

const watch = monitor()
watch.on('call', (call) => expectTypeOf(call).toEqualTypeOf<CallEntry>())
watch.on('attempt', (attempt) => expectTypeOf(attempt).toEqualTypeOf<AttemptEntry>())
watch.alerts.on('fired', (alert) => expectTypeOf(alert).toEqualTypeOf<Alert>())
// @ts-expect-error there is no such event
watch.on('calls', () => {})
// @ts-expect-error a state is what it is
watch.alerts.firing.length = 0

const { overall } = watch.snapshot()
expectTypeOf(overall.byFault).toEqualTypeOf<Partial<Record<FaultKind, number>>>()
expectTypeOf(overall.costPerSuccessUsd).toEqualTypeOf<number | undefined>()
expectTypeOf<CallEntry['fault']>().toEqualTypeOf<Fault | undefined>()

const budget = costBudget({ usd: 1, per: 'day' })
const chat = pipeline(ask, [retry(), budget], { name: 'chat' })
expectTypeOf(chat({ prompt: '' })).resolves.toEqualTypeOf<{ readonly text: string }>()
watch.watch(chat)

// @ts-expect-error 'retry' must stand before (outside) 'costBudget'
pipeline(ask, [budget, retry()], { name: 'chat' })
// @ts-expect-error dollars are a product decision: there is no default
costBudget({ per: 'day' })
