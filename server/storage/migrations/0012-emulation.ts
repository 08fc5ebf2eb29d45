/** Whether an account's API is as strict to its keys as the one it is compatible with. */
export const emulation = `
alter table account_settings add column strict_emulation integer not null default 0;
`
