import type { UseFormReturnType } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ApiError, isGivenUp, sentenceFor } from '../api/api-error.ts'

interface Submit<Values extends object, Answer> {
  form: UseFormReturnType<Values>
  send: (values: Values) => Promise<Answer>
  onDone: (answer: Answer, values: Values) => void
  /** Where the server calls a field by another name than the form. */
  names?: Record<string, keyof Values & string>
}

/** Sends a form; what the server refuses is shown at the fields, or in `failure` when it names none of them. */
export function useSubmit<Values extends object, Answer>({
  form,
  send,
  onDone,
  names = {},
}: Submit<Values, Answer>) {
  const [failure, setFailure] = useState<string | null>(null)
  const sending = useMutation({
    mutationFn: send,
    meta: { shownAtForm: true },
    onMutate: () => setFailure(null),
    onSuccess: onDone,
    onError(error) {
      if (isGivenUp(error)) return
      const atFields = fieldErrors(error, form.getValues(), names)
      form.setErrors(atFields)
      if (Object.keys(atFields).length === 0) setFailure(sentenceFor(error))
      focusFirst(atFields)
    },
  })
  return { failure, pending: sending.isPending, submit }

  function submit(event: FormEvent<HTMLFormElement>) {
    form.onSubmit((values) => sending.mutate(values as Values), focusFirst)(event)
  }

  function focusFirst(errors: object) {
    const first = Object.keys(form.getValues()).find((field) => field in errors)
    if (first) form.getInputNode(first as Parameters<typeof form.getInputNode>[0])?.focus()
  }
}

function fieldErrors(error: unknown, values: object, names: Record<string, string>): Record<string, string> {
  if (!(error instanceof ApiError)) return {}
  const named = error.fields.map(
    (problem) => [names[problem.param] ?? problem.param, problem.message] as const,
  )
  return Object.fromEntries(named.filter(([field]) => field in values))
}
