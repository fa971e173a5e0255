import type { AnyModel } from './model.ts'

/**
 * The files that every one of these models fetches by itself. The SDK brings all others along with the prompt: whichever
 * model answers in the end can read them.
 */
export const supportedUrlsOf = async (
  models: readonly AnyModel[],
): Promise<Record<string, RegExp[]>> => {
  const [own = {}, ...others] = await Promise.all(models.map(async (model) => model.supportedUrls))
  const byAll = (type: string, pattern: RegExp): boolean =>
    others.every((urls) => urls[type]?.some((other) => String(other) === String(pattern)))
  return Object.fromEntries(
    Object.entries(own).map(([type, patterns]) => [
      type,
      patterns.filter((pattern) => byAll(type, pattern)),
    ]),
  )
}
