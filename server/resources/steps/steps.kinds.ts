/** What a step or task asks for (`contract.md` §4). */
export const taskKinds = ['todo', 'email', 'call', 'meet', 'sms', 'change_stage', 'process'] as const
