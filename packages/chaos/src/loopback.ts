/** Whether a Host header names this machine; without one there is nothing to refuse. */
export const isLoopback = (host: string | undefined): boolean =>
  host === undefined || /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?$/i.test(host)
