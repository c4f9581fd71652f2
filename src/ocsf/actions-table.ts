/**
 * Our verbs by area, one a line: verb | OCSF class | activity | admin or - | type of the entity or - | title | meaning.
 *
 * A verb is public API: detections and dashboards match on it. Its meaning never changes and it is never reused.
 */
export const ACTION_TABLE = `
# Signing in
login | authentication | logon | - | - | Login | Somebody or something signed in, or tried to.
login.challenge | authentication | preauth | - | - | Login challenge | A further proof was asked for or answered while signing in.
login.switch | authentication | account_switch | - | - | Account switch | A user changed to another account or workspace of their own.
logout | authentication | logoff | - | - | Logout | A session was ended by its user or by time.
session.revoke | authentication | logoff | admin | - | Session revoked | Somebody ended a session, or all sessions, of a user.
impersonate | authentication | account_switch | admin | - | Impersonation | Somebody used the app as another user.
token.issue | authentication | Token Issued | - | - | Token issued | An access, refresh or ID token was minted for a user or client.
token.refuse | authentication | Token Refused | - | - | Token refused | A token was refused: expired, replayed or revoked.
# Accounts and credentials
mfa.enroll | account_change | mfa_factor_enable | - | - | Factor enrolled | An authentication factor was added to a user.
mfa.remove | account_change | mfa_factor_disable | - | - | Factor removed | An authentication factor of a user was removed, reset or suspended.
mfa.bypass | account_change | MFA Bypass | admin | - | Factor bypassed | A bypass code or temporary pass was issued or viewed, or a user was exempted.
password.change | account_change | password_change | - | - | Password changed | A user changed their own password.
password.reset | account_change | password_reset | - | - | Password reset | A password was reset by an administrator, or a reset was asked for.
recovery.update | account_change | Recovery Update | - | - | Recovery changed | The recovery e-mail, phone or questions of a user changed.
account.create | account_change | create | admin | - | Account created | A user was created.
account.invite | account_change | Invite | admin | - | Account invited | A person was invited and has not joined yet.
account.join | account_change | enable | - | - | Account joined | An invited person accepted and became a user.
account.update | account_change | Update | - | - | Account changed | The profile, e-mail address or another attribute of a user changed.
account.suspend | account_change | disable | admin | - | Account suspended | A user was suspended or deactivated.
account.restore | account_change | enable | admin | - | Account restored | A suspended or deleted user was made active again.
account.delete | account_change | delete | admin | - | Account deleted | A user was deleted or removed from the organization.
account.lock | account_change | lock | - | - | Account locked | A user was locked out, as after too many failures.
account.unlock | account_change | unlock | admin | - | Account unlocked | A lock-out was lifted.
account.convert | account_change | Convert | admin | - | Account converted | The kind of a user changed: guest to member, user to service account.
service_account.create | account_change | create | admin | - | Service account created | An account for a program was created.
service_account.delete | account_change | delete | admin | - | Service account deleted | An account for a program was deleted.
forwarding.update | account_change | Forwarding Update | - | - | Forwarding changed | Mail forwarding was added, changed or removed.
# Roles and access
delegation.grant | user_access | assign_privileges | - | - | Delegation granted | A user was given access to the mailbox or calendar of another.
delegation.revoke | user_access | revoke_privileges | - | - | Delegation revoked | Access to the mailbox or calendar of another was taken away.
role.grant | user_access | assign_privileges | admin | - | Role granted | A role, admin right or permission was given to a user.
role.revoke | user_access | revoke_privileges | admin | - | Role revoked | A role, admin right or permission was taken from a user.
access.grant | user_access | assign_privileges | - | - | Access granted | A user was given access to a project, workspace or other resource.
access.revoke | user_access | revoke_privileges | - | - | Access revoked | Access to a project, workspace or other resource was taken from a user.
support_access.grant | user_access | assign_privileges | admin | - | Support access granted | Staff of the vendor were let in.
support_access.revoke | user_access | revoke_privileges | admin | - | Support access revoked | Staff of the vendor were shut out again.
role.create | entity_management | create | admin | Role | Role created | A role was defined.
role.update | entity_management | update | admin | Role | Role changed | The permissions of a role changed.
role.delete | entity_management | delete | admin | Role | Role deleted | A role was deleted.
owner.transfer | entity_management | Transfer | admin | Organization | Ownership transferred | The organization, workspace or account got another owner.
# Groups
group.create | group_management | create | admin | - | Group created | A group or team was created.
group.update | group_management | Update | admin | - | Group changed | The name, settings or visibility of a group changed.
group.delete | group_management | delete | admin | - | Group deleted | A group or team was deleted.
group.member.add | group_management | add_user | admin | - | Member added | A user was added to a group, team, channel or project.
group.member.remove | group_management | remove_user | admin | - | Member removed | A user was removed from a group, team, channel or project.
group.privilege.grant | group_management | assign_privileges | admin | - | Group given access | A group was given a role or access to a resource.
group.privilege.revoke | group_management | revoke_privileges | admin | - | Group lost access | A role or access was taken from a group.
# Apps, tokens and secrets
oauth.consent | user_access | assign_privileges | - | - | App authorized | A user or administrator let a third-party app act with scopes.
oauth.revoke | user_access | revoke_privileges | - | - | App authorization revoked | The grant or the tokens of a third-party app were revoked.
token.create | entity_management | create | - | API Token | API token created | An API key, personal access token, SSH key or app password was created.
token.update | entity_management | update | - | API Token | API token changed | The scopes, name or expiry of an API token changed.
token.revoke | entity_management | delete | - | API Token | API token revoked | An API key or personal access token was revoked or deleted.
secret.create | entity_management | create | - | Secret | Secret created | A secret, certificate or client credential was added to an app or store.
secret.read | entity_management | read | - | Secret | Secret read | A stored secret or vault item was shown or copied.
secret.update | entity_management | update | - | Secret | Secret changed | A stored secret or vault item changed.
secret.delete | entity_management | delete | - | Secret | Secret deleted | A stored secret or vault item was deleted.
oauth_app.create | entity_management | create | admin | OAuth App | OAuth app registered | An OAuth client or integration was registered.
oauth_app.update | entity_management | update | admin | OAuth App | OAuth app changed | An OAuth client or integration changed.
oauth_app.delete | entity_management | delete | admin | OAuth App | OAuth app deleted | An OAuth client or integration was deleted.
app.install | application_lifecycle | install | admin | - | App installed | An app or integration was installed from a marketplace.
app.remove | application_lifecycle | remove | admin | - | App removed | An installed app or integration was removed.
app.enable | application_lifecycle | enable | admin | - | App enabled | An app or integration was switched on or approved.
app.disable | application_lifecycle | disable | admin | - | App disabled | An app or integration was switched off or blocked.
app.update | application_lifecycle | update | admin | - | App updated | An installed app got a new version, scope or configuration.
# Files
share.link | file_hosting | share | - | - | Sharing link created | A link was made that lets those who have it open a file.
share.internal | file_hosting | share | - | - | Shared inside | A file was shared with people of the organization.
share.external | file_hosting | share | - | - | Shared outside | A file was shared with people outside the organization, or with everybody.
share.remove | file_hosting | unshare | - | - | Share removed | A link or share of a file was removed.
file.upload | file_hosting | upload | - | - | File uploaded | A file was uploaded or created.
file.download | file_hosting | download | - | - | File downloaded | A file was downloaded, copied to a device or synced.
file.view | file_hosting | preview | - | - | File viewed | A file or page was viewed or opened.
file.update | file_hosting | update | - | - | File changed | The content of a file changed.
file.rename | file_hosting | rename | - | - | File renamed | A file or folder got another name.
file.move | file_hosting | move | - | - | File moved | A file or folder was moved.
file.copy | file_hosting | copy | - | - | File copied | A file or folder was copied.
file.delete | file_hosting | delete | - | - | File deleted | A file or folder was deleted or put in the bin.
file.restore | file_hosting | restore | - | - | File restored | A deleted file or an older version was brought back.
file.label | file_hosting | Label | - | - | File labelled | A sensitivity label or classification of a file changed.
# Repositories and pipelines
repository.create | web_resources_activity | create | - | Repository | Repository created | A repository, project or space was created.
repository.update | web_resources_activity | update | - | Repository | Repository changed | The settings or protections of a repository changed.
repository.delete | web_resources_activity | delete | - | Repository | Repository deleted | A repository, project or space was deleted.
repository.archive | web_resources_activity | Archive | - | Repository | Repository archived | A repository was archived or made read-only.
repository.visibility.public | web_resources_activity | update | - | Repository | Repository made public | A repository was opened to everybody.
repository.visibility.private | web_resources_activity | update | - | Repository | Repository made private | A repository was closed to the public.
repository.transfer | web_resources_activity | Transfer | - | Repository | Repository transferred | A repository got another owner.
repository.clone | web_resources_activity | export | - | Repository | Repository cloned | A repository was cloned, forked or downloaded.
repository.push | web_resources_activity | update | - | Repository | Repository pushed to | Code was pushed or merged.
protection.update | entity_management | update | admin | Branch Protection | Protection changed | A branch protection or code-scanning rule changed.
protection.override | entity_management | Override | admin | Branch Protection | Protection overridden | A branch protection or code-scanning rule was bypassed or switched off.
pipeline.update | entity_management | update | - | Pipeline | Pipeline changed | A runner, deploy key, workflow or variable of a build pipeline changed.
# Other content
item.create | web_resources_activity | create | - | - | Item created | An object of the app (page, board, ticket, record) was created.
item.view | web_resources_activity | read | - | - | Item viewed | An object of the app was viewed.
item.update | web_resources_activity | update | - | - | Item changed | An object of the app was changed.
item.delete | web_resources_activity | delete | - | - | Item deleted | An object of the app was deleted.
item.restore | web_resources_activity | Restore | - | - | Item restored | A deleted object of the app was brought back.
item.share | web_resources_activity | share | - | - | Item shared | An object other than a file was shared, or its visibility widened.
item.import | web_resources_activity | import | - | - | Items imported | Data was brought into the app.
item.export | web_resources_activity | export | - | - | Item exported | One object or a report was exported.
export.bulk | web_resources_activity | export | - | Workspace Export | Bulk export | A whole workspace, mailbox or data set was exported.
search | web_resources_activity | search | - | - | Search | Content or people were searched for.
# Audit log
audit.view | web_resources_activity | read | admin | Audit Log | Audit log viewed | The audit log was looked at.
audit.export | web_resources_activity | export | admin | Audit Log | Audit log exported | The audit log was exported.
audit.update | entity_management | update | admin | Audit Log Stream | Audit log changed | The retention, scope or destination of the audit log changed.
audit.disable | entity_management | disable | admin | Audit Log Stream | Audit log disabled | Audit logging or its streaming was switched off or deleted.
# Data stores
data.query | datastore_activity | query | - | - | Data queried | A database or warehouse was queried.
data.read | datastore_activity | read | - | - | Data read | Rows or objects were read from a data store.
data.write | datastore_activity | write | - | - | Data written | Rows or objects were written to a data store.
data.delete | datastore_activity | delete | - | - | Data deleted | Rows, tables or databases were deleted.
data.share | datastore_activity | Share | admin | - | Data shared | A data set was shared with another account.
# Settings and policies
setting.update | entity_management | update | admin | Policy | Setting changed | A security or organization setting changed.
mfa_policy.update | entity_management | update | admin | Policy | MFA policy changed | Who must use which authentication factors changed.
password_policy.update | entity_management | update | admin | Policy | Password policy changed | Rules for passwords changed.
session_policy.update | entity_management | update | admin | Policy | Session policy changed | Rules for the length or renewal of sessions changed.
access_policy.create | entity_management | create | admin | Policy | Access policy created | A sign-on, conditional-access or sharing policy was created.
access_policy.update | entity_management | update | admin | Policy | Access policy changed | A sign-on, conditional-access or sharing policy changed.
access_policy.delete | entity_management | delete | admin | Policy | Access policy deleted | A sign-on, conditional-access or sharing policy was deleted or switched off.
sharing_policy.update | entity_management | update | admin | Policy | Sharing policy changed | What may be shared outside, or made public, changed.
app_policy.update | entity_management | update | admin | Policy | App policy changed | Which third-party apps may be authorized or installed changed.
mail_policy.update | entity_management | update | admin | Policy | Mail protection changed | Mail routing, spam, phishing or malware protection changed.
dlp_policy.update | entity_management | update | admin | Policy | DLP policy changed | A data-loss-prevention or retention rule changed.
sso.update | entity_management | update | admin | Identity Provider | Single sign-on changed | An identity provider, federation or signing certificate was added or changed.
sso.disable | entity_management | disable | admin | Identity Provider | Single sign-on disabled | Single sign-on was switched off, deleted or made optional.
domain.update | entity_management | update | admin | Domain | Domain changed | A domain of the organization was added, verified, changed or removed.
ip_allowlist.update | entity_management | update | admin | Network Zone | IP allow-list changed | The networks that may or may not sign in changed.
ip_allowlist.disable | entity_management | disable | admin | Network Zone | IP allow-list disabled | The restriction to networks was switched off or deleted.
scim.update | entity_management | update | admin | Directory Sync | Directory sync changed | Provisioning or directory synchronization changed.
# Automation
webhook.create | entity_management | create | admin | Webhook | Webhook created | A webhook, event hook or other outgoing stream was created.
webhook.update | entity_management | update | admin | Webhook | Webhook changed | The destination or events of a webhook changed.
webhook.delete | entity_management | delete | admin | Webhook | Webhook deleted | A webhook was deleted.
automation.create | entity_management | create | - | Automation | Automation created | A workflow, bot, script or rule that acts by itself was created.
automation.update | entity_management | update | - | Automation | Automation changed | A workflow, bot, script or rule that acts by itself changed.
automation.delete | entity_management | delete | - | Automation | Automation deleted | A workflow, bot, script or rule that acts by itself was deleted.
mail_rule.create | entity_management | create | - | Mail Rule | Mail rule created | An inbox or transport rule was created or changed.
mail_rule.delete | entity_management | delete | - | Mail Rule | Mail rule deleted | An inbox or transport rule was deleted.
# Devices and organization
device.enroll | entity_management | enroll | - | Device | Device enrolled | A device was registered, trusted or enrolled.
device.remove | entity_management | unenroll | - | Device | Device removed | A device was removed, wiped or no longer trusted.
organization.create | entity_management | create | admin | Organization | Organization created | An organization, workspace or site was created.
organization.update | entity_management | update | admin | Organization | Organization changed | The name, links or other facts of the organization changed.
organization.delete | entity_management | delete | admin | Organization | Organization deleted | An organization, workspace or site was deleted.
billing.update | entity_management | update | admin | Organization | Billing changed | The plan, payment method, payout or billing contact changed.
# Mail
mail.send | email_activity | send | - | - | Mail sent | A mail or message left the organization.
mail.receive | email_activity | receive | - | - | Mail received | A mail or message came in.
mail.read | email_activity | Read | - | - | Mail read | Mails were read by somebody or something.
mail.delete | email_activity | Delete | - | - | Mail deleted | Mails were deleted.
# Findings of the app
dlp.finding | data_security_finding | create | - | - | Sensitive data found | The app found a secret or personal data where it does not belong.
alert | detection_finding | create | - | - | Alert | The app itself judged something to be a threat.
alert.update | detection_finding | update | - | - | Alert changed | An alert of the app was assigned, commented or changed.
alert.close | detection_finding | close | - | - | Alert closed | An alert of the app was resolved or dismissed.
# Everything else
api.read | api_activity | read | - | - | API read | Something was read through the API.
api.create | api_activity | create | - | - | API create | Something was created through the API.
api.update | api_activity | update | - | - | API update | Something was changed through the API.
api.delete | api_activity | delete | - | - | API delete | Something was deleted through the API.
other | api_activity | other | - | - | Other | Anything else; the name the app gave it is in metadata.event_code.
`
