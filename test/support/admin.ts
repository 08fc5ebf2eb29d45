/** A person at the browser's side of the session API: keeps the cookie, sends what the web app sends. */
export interface Person {
  request(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }>
  /** The same person, at another node. */
  at(url: string): Person
  cookie(): string
}

export const admin = { name: 'Ann Ash', email: 'ann.ash@example.com', password: 'a-long-pass-phrase-1' }

/** Creates the company of an empty server and signs its admin in. */
export async function setUpCompany(url: string): Promise<Person> {
  const person = personAt(url)
  const { status, body } = await person.request('POST', '/api/setup', {
    company_name: 'Ash Property Care',
    time_zone: 'America/Chicago',
    ...admin,
  })
  if (status !== 201) throw new Error(`The set-up answered ${status}: ${JSON.stringify(body)}`)
  return person
}

/** Somebody who is not signed in yet. */
export function personAt(url: string, jar: Map<string, string> = new Map()): Person {
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  return {
    cookie,
    at: (other) => personAt(other, jar),
    async request(method, path, body) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          cookie: cookie(),
          origin: url,
          ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
        },
        body: method === 'GET' ? null : JSON.stringify(body ?? {}),
      })
      for (const line of response.headers.getSetCookie()) keep(jar, line)
      const text = await response.text()
      return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
    },
  }
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';')
  const at = pair.indexOf('=')
  jar.set(pair.slice(0, at), pair.slice(at + 1))
}
