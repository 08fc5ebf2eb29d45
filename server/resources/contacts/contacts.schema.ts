import Type from 'typebox'
import { emails, phoneNumbers } from '../../resource-layer/fields/contact-points.ts'
import { customFields } from '../../resource-layer/fields/custom-fields.ts'
import { id, link, recordTime } from '../../resource-layer/fields/standard.ts'
import { tags } from '../../resource-layer/fields/tags.ts'
import { text } from '../../resource-layer/fields/text.ts'
import { defineResource } from '../../resource-layer/resource.ts'
import { acceptFullName, nameContact, pipelineFilter } from './contacts.rules.ts'

const contactId = id()

export const contacts = defineResource({
  name: 'contacts',
  singular: 'contact',
  title: 'Contacts',
  area: 'contacts',
  description: 'A person or company that the account works with. Which kind follows from the deals it is in.',
  customFields: 'contact',
  hooks: { beforeWrite: nameContact },
  fields: {
    id: { ...contactId, filters: [...(contactId.filters ?? []), pipelineFilter] },
    name: {
      ...text({
        column: 'name',
        description:
          'The full name. Written as `full_name`, it is split into first and last; without any name a contact is "Unknown Name".',
        example: 'Rosa Field',
        filter: true,
        sort: true,
        search: true,
      }),
      write: {
        names: ['full_name', 'name'],
        schema: Type.String({ maxLength: 255 }),
        accept: acceptFullName,
      },
    },
    first_name: text({
      column: 'first_name',
      description: 'First name.',
      example: 'Rosa',
      filter: true,
      sort: true,
    }),
    last_name: text({
      column: 'last_name',
      description: 'Last name.',
      example: 'Field',
      filter: true,
      sort: true,
    }),
    company_name: text({
      column: 'company_name',
      description: 'The company the person stands for.',
      example: 'Field & Daughters LLC',
      nullable: true,
      filter: true,
      sort: true,
      search: true,
    }),
    emails: emails(),
    phone_numbers: phoneNumbers(),
    address: text({
      column: 'address',
      description: 'The postal address, on one line.',
      example: '18 Alder Court, Ashford, OR 97001',
      max: 1000,
      nullable: true,
      search: true,
    }),
    tags: tags('contacts'),
    custom_fields: customFields('contact'),
    created_at: recordTime('created_at'),
    updated_at: recordTime('updated_at'),
    link: link('contacts'),
  },
})
