import { metrics, trace, type Meter, type Tracer } from '@opentelemetry/api'

import type { Monitor } from '../monitor.ts'
import { exportMetrics } from './metrics.ts'
import { exportSpans } from './spans.ts'

export interface OpenTelemetryOptions {
  /** @default the global meter provider's; `false` for no metrics */
  readonly meter?: Meter | false
  /** @default the global tracer provider's; `false` for no spans */
  readonly tracer?: Tracer | false
}

const NAME = '@holdfast/monitor'

/**
 * Hands what a monitor sees to OpenTelemetry: the GenAI conventions' metrics and spans, and `holdfast.*` for what they
 * lack. Register your SDK first.
 *
 * @returns stops exporting
 * @example
 * openTelemetry(watch)
 */
export const openTelemetry = (
  watch: Pick<Monitor, 'on' | 'snapshot'>,
  { meter = metrics.getMeter(NAME), tracer = trace.getTracer(NAME) }: OpenTelemetryOptions = {},
): (() => void) => {
  const stops = [
    ...(meter === false ? [] : [exportMetrics(watch, meter)]),
    ...(tracer === false ? [] : [exportSpans(watch, tracer)]),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
