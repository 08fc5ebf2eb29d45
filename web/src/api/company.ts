import { queryOptions } from '@tanstack/react-query'
import { get, patch } from './client.ts'

export interface Company {
  id: string
  name: string
  time_zone: string
}

export const companyQuery = queryOptions({
  queryKey: ['company'],
  queryFn: () => get<Company>('/api/company'),
})

export const updateCompany = (changes: { name?: string; time_zone?: string }) =>
  patch<Company>('/api/company', changes)
