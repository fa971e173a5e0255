declare module 'koa-compose' {
  type Middleware<C> = (ctx: C, next: () => Promise<unknown>) => Promise<unknown>
  export default function compose<C>(middleware: Middleware<C>[]): (ctx: C) => Promise<unknown>
}
