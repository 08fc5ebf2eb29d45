import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { ApiError } from '../errors/api-error.ts'
import { accountStore } from '../storage/account-store.ts'
import type { Engine } from '../storage/engine.ts'
import { parseId } from '../storage/ids.ts'
import type { Files } from './files.ts'
import { isExpiringLink, isPublicLink, type LinkTarget } from './links.ts'
import { contentOf, sendFile } from './send-file.ts'

/**
 * `GET /files/{id}?account=…&signature=…`: the content of a file to whoever has its link. The signature is the
 * credential, and decides the account with it.
 */
export function linkRoutes({ engine, files }: { engine: Engine; files: Files }): FastifyPluginAsync {
  return async (app) => {
    app.get('/files/:id', async (request, reply) => {
      const { target, expires, signature } = linkIn(request)
      const isExpiring = expires !== null
      if (isExpiring && !isExpiringLink(files.sign, target, expires, signature)) throw invalid()
      if (isExpiring && expires * 1000 <= Date.now()) throw expired(target)
      const row = await accountStore(engine.reader, target.accountId).find('uploaded_files', target.fileId)
      if (!isExpiring) {
        const since = row?.public_since
        if (typeof since !== 'number' || !isPublicLink(files.sign, target, since, signature)) throw invalid()
      }
      if (row?.deleted_at !== null) throw new ApiError('not_found', 'The file was not found: it was deleted')
      // The link is all that it takes, so pages of other origins may show what it opens.
      reply.header('cross-origin-resource-policy', 'cross-origin')
      return sendFile(request, reply, contentOf(row, files))
    })
  }
}

interface Link {
  target: LinkTarget
  /** Unix seconds; null in the link to a public file. */
  expires: number | null
  signature: string
}

function linkIn(request: FastifyRequest): Link {
  const { id } = request.params as { id: string }
  const query = new URLSearchParams(request.url.split('?')[1] ?? '')
  const expires = query.get('expires')
  const [fileId, accountId] = [parseId(id), parseId(query.get('account') ?? '')]
  if (!fileId || !accountId || (expires !== null && !/^\d{1,12}$/.test(expires))) throw invalid()
  return {
    target: { accountId, fileId },
    expires: expires === null ? null : Number(expires),
    signature: query.get('signature') ?? '',
  }
}

/** The same words whether the file is there or not. */
function invalid(): ApiError {
  return new ApiError(
    'invalid_link',
    'The link is not valid: it was altered, or the file is no longer public. Read the file again for a new one',
  )
}

function expired({ fileId }: LinkTarget): ApiError {
  return new ApiError(
    'link_expired',
    `The link has expired; GET /rest/uploaded_files/${fileId} gives a new one`,
  )
}
