/**
 * Keys that were found where they do not belong: whether they are revoked by themselves, as the account chose,
 * and when its admins were told of one last.
 */
export const leaks = `
alter table account_settings add column revoke_exposed_keys integer not null default 0;
alter table api_keys add column exposure_told_at integer;
`
