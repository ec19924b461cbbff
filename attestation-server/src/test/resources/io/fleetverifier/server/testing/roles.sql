-- SPDX-License-Identifier: Apache-2.0
-- The roles of the product in a test container, as the embedded database makes them for itself.
create role migrator login password 'password-of-migrator';
create role app login password 'password-of-app';
alter database app owner to migrator;
revoke all on database app from public;
grant connect on database app to app;
