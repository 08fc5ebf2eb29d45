/** The address that the company's shared mails come from. */
export const officeAddress = 'office@example.com'
