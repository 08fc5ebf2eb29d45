import { recordAudit } from '../audit/audit.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Context } from './context.ts'
import { twoFactorLetter } from './letters.ts'
import { writerFor } from './memberships.ts'
import { type PersonAct, requireOther, requireStillAdmin } from './people.ts'
import { removeSecondFactor } from './second-factor.ts'

/**
 * Turns another person's second factor off, because they lost it; they are told by mail. It opens every
 * account that they belong to, so an admin of all of them has to do it.
 * @throws ApiError not_found, cannot_change_self, admin_required, two_factor_not_on, two_factor_elsewhere
 */
export async function resetTwoFactor(context: Context, act: PersonAct): Promise<void> {
  const { engine, mail, publicUrl } = context
  const { by, personId, origin } = act
  await engine.transaction(async (tx) => {
    await requireOther(tx, act)
    await requireStillAdmin(tx, by)
    const elsewhere = await tx
      .selectFrom('members')
      .leftJoin('members as own', (join) =>
        join
          .onRef('own.account_id', '=', 'members.account_id')
          .on('own.identity_id', '=', by.userId)
          .on('own.role', '=', 'admin'),
      )
      .select('members.id')
      .where('members.identity_id', '=', personId)
      .where('own.id', 'is', null)
      .executeTakeFirst()
    if (elsewhere) {
      throw new ApiError(
        'two_factor_elsewhere',
        'This person belongs to another company too. Ask whoever runs this server to turn it off.',
      )
    }
    if (!(await removeSecondFactor(tx, personId))) {
      throw new ApiError('two_factor_not_on', 'Two-factor sign-in of this person is off.')
    }
    const writer = writerFor(tx, by.accountId, by.userId, origin, Date.now())
    const entry = { action: 'user.two_factor_reset', userId: by.userId, subject: personId, origin } as const
    await recordAudit(writer, entry)
    const person = await tx
      .selectFrom('identities')
      .select(['name', 'email'])
      .where('id', '=', personId)
      .executeTakeFirstOrThrow()
    const letter = twoFactorLetter({
      to: person.email,
      name: person.name,
      publicUrl,
      state: 'off',
      by: by.name,
    })
    await mail.enqueue(tx, letter)
  })
  mail.deliverSoon()
}
