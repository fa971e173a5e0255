/** Something of each model of each provider. Two maps, for to make one name of two is dearer than to look both up. */
export class ByModel<T> {
  readonly #providers = new Map<string, Map<string, T>>()
  size = 0

  get(provider: string, model: string): T | undefined {
    return this.#providers.get(provider)?.get(model)
  }

  set(provider: string, model: string, value: T): void {
    let models = this.#providers.get(provider)
    if (models === undefined) this.#providers.set(provider, (models = new Map()))
    if (!models.has(model)) this.size++
    models.set(model, value)
  }
}
