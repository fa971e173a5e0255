export { prometheus, type PrometheusExporter, type PrometheusOptions } from './prometheus.ts'
