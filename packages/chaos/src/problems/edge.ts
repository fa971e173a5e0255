import type { ProblemText } from './problem.ts'

/** An error that an edge answers, in HTML. */
export const edge = (status: number, message: string): ProblemText => ({
  status,
  type: 'html',
  message,
  html: true,
})

/** The page that an edge in front of a provider shows. */
export const edgePage = (status: number, title: string): string =>
  [
    `<html>`,
    `<head><title>${status} ${title}</title></head>`,
    `<body>`,
    `<center><h1>${status} ${title}</h1></center>`,
    `<hr><center>cloudflare</center>`,
    `</body>`,
    `</html>`,
  ].join('\r\n')
