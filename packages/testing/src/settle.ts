/**
 * Lets everything that is ready run: every microtask, however long the chain, then one turn of the event loop.
 * A message is the only macrotask that the web standards offer besides timers, and fake timers leave it alone.
 */
export const settle = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      // An open port keeps a Node process alive.
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(undefined)
  })
