/** Why the company's provider did not sign somebody in, for the address that the server sends them back with. */
export function problemInWords(problem: string | undefined, company: string): string | null {
  if (problem === undefined) return null
  const sentences: Record<string, string> = {
    not_invited: 'Nobody has invited you to Latchkey. Ask an admin of your company to do that.',
    email_unproven: `${company} does not say that your e-mail address is proven. Ask whoever runs Latchkey.`,
    other_identity: 'Somebody else signs in with your e-mail address already. Ask an admin of your company.',
    other_person: `You are signed in here as somebody else than at ${company}. Sign out first.`,
    provider_unreachable: `${company} cannot be reached at the moment. Try again in a few minutes.`,
  }
  return sentences[problem] ?? `The sign-in with ${company} did not work. Try again.`
}
