/**
 * What Claude models of one generation take and those of another reject, by the model's name on any platform:
 * `claude-sonnet-4-5-20250929`, `us.anthropic.claude-3-5-haiku-20241022-v1:0`, `claude-opus-4@20250514`.
 */

/** Up to the 4.5 generation a last assistant message is gone on with; later ones reject it. */
const PREFILLS = /claude-(instant|v?[23]\b|\w+-4([-.][015](?!\d)|[-@]20\d{6}|$))/
/** Before 4.1 there was no `output_config`: a forced tool is the only way to a schema. */
const NO_SCHEMA = /claude-(instant|v?[23]\b|\w+-4([-.]0(?!\d)|[-@]20\d{6}|$))/

/** Does it go on from the text of a last assistant message? */
export const goesOnFromPrefill = (model = ''): boolean => PREFILLS.test(model)
/** Is a forced tool the only way to have it keep to a schema? */
export const needsToolForSchema = (model = ''): boolean => NO_SCHEMA.test(model)
