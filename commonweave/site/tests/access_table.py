"""The table of `test_access.py`: every address × every role → what happens.

It is literal: who changes who may open what, changes a cell of it, and a reviewer sees that.
"""

ROLES = ("nobody", "password", "member", "colleague", "reader", "coordinator", "administrator")
"""nobody: no session; a resident with a receipt is one, too. password: reads, coordinates and administers, but used no
second factor in this session. member: works there without a role that needs one. colleague: reads for another team of
the same organisation. reader: reads for the team that holds the report. The last two have no team."""

ADDRESSES = """
#                                                     nobody  passwd  member  colleag reader  coord.  admin.
# Public, the same for everybody
GET  root                                             302     302     302     302     302     302     302
GET  health                                           200     200     200     200     200     200     200
GET  worker                                           200     200     200     200     200     200     200
GET  place_try_look accent                            200     200     200     200     200     200     200
GET  place_look accent                                200     200     200     200     200     200     200
GET  base:style                                       200     200     200     200     200     200     200
POST base:style                                       200     200     200     200     200     200     200
GET  vocabulary:scheme code                           200     200     200     200     200     200     200
GET  site:start                                       200     200     200     200     200     200     200
POST site:start                                       200     200     200     200     200     200     200
GET  site:place code                                  200     200     200     200     200     200     200
GET  site:home                                        200     200     200     200     200     200     200
GET  site:home_at code                                200     200     200     200     200     200     200
GET  site:offline                                     200     200     200     200     200     200     200
GET  site:offline_at code                             200     200     200     200     200     200     200
GET  site:manifest                                    200     200     200     200     200     200     200
GET  site:manifest_at code                            200     200     200     200     200     200     200
GET  site:protection                                  200     200     200     200     200     200     200
# What works: public, the same for everybody
GET  evidence:find                                    200     200     200     200     200     200     200
GET  evidence:gap_map                                 200     200     200     200     200     200     200
GET  evidence:gap_list                                200     200     200     200     200     200     200
GET  evidence:gap_table                               200     200     200     200     200     200     200
GET  evidence:asked_for                               200     200     200     200     200     200     200
GET  evidence:asked_for_table                         200     200     200     200     200     200     200
GET  evidence:ask_for tried outcome                   200     200     200     200     200     200     200
POST evidence:ask_for tried outcome                   302     302     302     302     302     302     302
GET  evidence:findings                                200     200     200     200     200     200     200
GET  evidence:finding tried outcome                   200     200     200     200     200     200     200
GET  evidence:finding_table tried outcome             200     200     200     200     200     200     200
GET  evidence:finding_then tried outcome scale number 200     200     200     200     200     200     200
GET  evidence:record slug                             200     200     200     200     200     200     200
GET  evidence:citation slug citation                  200     200     200     200     200     200     200
GET  exchange:oai                                     200     200     200     200     200     200     200
POST exchange:oai                                     200     200     200     200     200     200     200
GET  exchange:robots                                  200     200     200     200     200     200     200
GET  exchange:sitemap                                 200     200     200     200     200     200     200
GET  exchange:sitemap_part part                       200     200     200     200     200     200     200
GET  evidence:feed                                    200     200     200     200     200     200     200
# Bodies: as open as their labels; kept by members of the organisation that holds them
GET  bodies:bodies                                    200     200     200     200     200     200     200
GET  bodies:body slug                                 200     200     200     200     200     200     200
GET  bodies:start_body                                sign-in 200     200     200     200     200     200
POST bodies:start_body                                sign-in 200     200     200     200     200     200
GET  bodies:edit_body slug                            sign-in 200     200     200     200     200     200
POST bodies:edit_body slug                            sign-in 200     200     200     200     200     200
GET  bodies:give_mandate slug                         sign-in 200     200     200     200     200     200
POST bodies:give_mandate slug                         sign-in 200     200     200     200     200     200
GET  bodies:add_people slug                           sign-in 200     200     200     200     200     200
POST bodies:add_people slug                           sign-in 200     200     200     200     200     200
GET  bodies:plan_meeting slug                         sign-in 200     200     200     200     200     200
POST bodies:plan_meeting slug                         sign-in 200     200     200     200     200     200
# Our own records: members of the organisation that holds them; what is out is changed by its administrators
GET  evidence:ours                                    sign-in 200     200     200     200     200     200
GET  evidence:start_record                            sign-in 200     200     200     200     200     200
POST evidence:start_record                            sign-in 200     200     200     200     200     200
GET  evidence:edit_record pk                          sign-in 200     200     200     200     200     200
POST evidence:edit_record pk                          sign-in 200     200     200     200     200     200
GET  evidence:effects pk                              sign-in 200     200     200     200     200     200
POST evidence:effects pk                              sign-in 200     200     200     200     200     200
GET  evidence:add_effect pk measure                   sign-in 200     200     200     200     200     200
POST evidence:add_effect pk measure                   sign-in 200     200     200     200     200     200
GET  evidence:edit_effect pk effect                   sign-in 200     200     200     200     200     200
POST evidence:edit_effect pk effect                   sign-in 200     200     200     200     200     200
POST evidence:remove_effect pk effect                 sign-in 302     302     302     302     302     302
GET  evidence:publish pk                              sign-in factor  403     403     403     403     200
POST evidence:publish pk                              sign-in factor  403     403     403     403     200
GET  evidence:withdraw pk                             sign-in factor  403     403     403     403     403
POST evidence:withdraw pk                             sign-in factor  403     403     403     403     403
POST evidence:read_pdf                                sign-in 200     200     200     200     200     200
POST evidence:attach pk                               sign-in 302     302     302     302     302     302
POST evidence:detach pk                               sign-in 302     302     302     302     302     302
GET  evidence:import_list                             sign-in 200     200     200     200     200     200
POST evidence:import_list                             sign-in 200     200     200     200     200     200
POST evidence:take_in pk                              sign-in 404     404     404     404     404     404
GET  evidence:harvests                                 sign-in factor  403     403     403     403     200
POST evidence:harvests                                 sign-in factor  403     403     403     403     200
GET  evidence:harvest pk                               sign-in factor  403     403     403     403     200
POST evidence:harvest_on pk                            sign-in factor  403     403     403     403     302
POST evidence:harvest_stop pk                          sign-in factor  403     403     403     403     302
GET  evidence:harvest_clear pk                         sign-in factor  403     403     403     403     302
POST evidence:harvest_clear pk                         sign-in factor  403     403     403     403     302
GET  evidence:document slug                           404     404     404     404     404     404     404
POST evidence:new_version pk                          sign-in factor  403     403     403     403     403
GET  evidence:criteria                                200     200     200     200     200     200     200
GET  evidence:appraisals slug                         200     200     200     200     200     200     200
# Rating: members of any organisation; nobody has begun
GET  evidence:appraise slug                           sign-in 200     200     200     200     200     200
POST evidence:appraise slug                           sign-in 200     200     200     200     200     200
GET  evidence:rate slug                               sign-in 302     302     302     302     302     302
POST evidence:rate slug                               sign-in 302     302     302     302     302     302
POST evidence:give_up slug                            sign-in 404     404     404     404     404     404
GET  evidence:settle slug                             sign-in factor  403     403     403     403     403
POST evidence:settle slug                             sign-in factor  403     403     403     403     403
POST evidence:agree slug                              sign-in factor  403     403     403     403     403
# What is taken for granted: public, kept by members
GET  evidence:assumptions                             200     200     200     200     200     200     200
GET  evidence:assumption slug                         200     200     200     200     200     200     200
GET  evidence:state_assumption                        sign-in 200     200     200     200     200     200
POST evidence:state_assumption                        sign-in 200     200     200     200     200     200
GET  evidence:add_bearing slug                        sign-in 200     200     200     200     200     200
POST evidence:add_bearing slug                        sign-in 200     200     200     200     200     200
GET  evidence:call_assumption slug                    sign-in 200     200     200     200     200     200
POST evidence:call_assumption slug                    sign-in 200     200     200     200     200     200
GET  evidence:rely slug                               sign-in 200     200     200     200     200     200
POST evidence:rely slug                               sign-in 200     200     200     200     200     200
# Promised: what the funder made public; kept by members of the organisation that put it there
GET  evidence:due                                     200     200     200     200     200     200     200
GET  evidence:due_table                               200     200     200     200     200     200     200
GET  evidence:register_due                            sign-in 200     200     200     200     200     200
POST evidence:register_due                            sign-in 200     200     200     200     200     200
GET  evidence:edit_due pk                             sign-in 200     200     200     200     200     200
POST evidence:edit_due pk                             sign-in 200     200     200     200     200     200
# Beside a record: members write, its holder's administrators look at it; the token decides for others
GET  evidence:reply slug                              sign-in 200     200     200     200     200     200
POST evidence:reply slug                              sign-in 200     200     200     200     200     200
POST evidence:reply_link slug                         sign-in factor  403     403     403     403     200
GET  evidence:reply_by_link token                     404     404     404     404     404     404     404
POST evidence:reply_by_link token                     404     404     404     404     404     404     404
GET  evidence:refuse_reply pk                         sign-in factor  403     403     403     403     200
POST evidence:refuse_reply pk                         sign-in factor  403     403     403     403     200
GET  evidence:note_adaptation slug                    sign-in 200     200     200     200     200     200
POST evidence:note_adaptation slug                    sign-in 200     200     200     200     200     200
GET  evidence:decide_adaptation pk                    sign-in 404     404     404     404     404     200
POST evidence:decide_adaptation pk                    sign-in 404     404     404     404     404     200
GET  evidence:notes                                   sign-in factor  403     403     403     403     200
GET  evidence:replies                                 sign-in 200     200     200     200     200     200
# What anybody sends in; administrators of the organisation that was chosen look it through
GET  evidence:send_in                                 200     200     200     200     200     200     200
POST evidence:send_in                                 200     200     200     200     200     200     200
GET  evidence:sent_in_answer                          200     200     200     200     200     200     200
POST evidence:sent_in_answer                          200     200     200     200     200     200     200
GET  evidence:proposals                               sign-in factor  403     403     403     403     200
GET  evidence:proposal pk                             sign-in factor  403     403     403     403     200
POST evidence:proposal pk                             sign-in factor  403     403     403     403     200
# For programs: a session counts for nothing there; what a token opens is in test_api.py, kind by kind
GET  openapi                                          200     200     200     200     200     200     200
GET  api:places                                       200     200     200     200     200     200     200
GET  api:place code                                   200     200     200     200     200     200     200
GET  api:evidence                                     200     200     200     200     200     200     200
GET  api:evidence_record pk                           404     404     404     404     404     404     404
GET  api:recipients code                              422     422     422     422     422     422     422
GET  api:services code                                200     200     200     200     200     200     200
GET  api:schemes                                      200     200     200     200     200     200     200
GET  api:scheme scheme                                200     200     200     200     200     200     200
GET  api:api-root                                     404     404     404     404     404     404     404
POST api:api-root                                     404     404     404     404     404     404     404
GET  api:counts                                       401     401     401     401     401     401     401
GET  api:credential                                   401     401     401     401     401     401     401
GET  api:reports                                      401     401     401     401     401     401     401
GET  api:report pk                                    401     401     401     401     401     401     401
POST api:open pk                                      401     401     401     401     401     401     401
POST api:answer pk                                    401     401     401     401     401     401     401
POST api:close pk                                     401     401     401     401     401     401     401
GET  open311:discovery form                           200     200     200     200     200     200     200
GET  open311:services form                            200     200     200     200     200     200     200
GET  open311:service code form                        404     404     404     404     404     404     404
GET  open311:requests form                            200     200     200     200     200     200     200
POST open311:requests form                            403     403     403     403     403     403     403
GET  open311:request pk form                          404     404     404     404     404     404     404
GET  open311:token pk form                            404     404     404     404     404     404     404
# Residents: never a session; GET leads to the beginning, a POST without what the steps carry is lost
GET  reports:start                                    200     200     200     200     200     200     200
POST reports:start                                    200     200     200     200     200     200     200
GET  reports:start_at code                            200     200     200     200     200     200     200
POST reports:start_at code                            200     200     200     200     200     200     200
GET  reports:what                                     302     302     302     302     302     302     302
POST reports:what                                     400     400     400     400     400     400     400
GET  reports:where                                    302     302     302     302     302     302     302
POST reports:where                                    400     400     400     400     400     400     400
GET  reports:who                                      302     302     302     302     302     302     302
POST reports:who                                      400     400     400     400     400     400     400
GET  reports:waiting                                  200     200     200     200     200     200     200
POST reports:waiting                                  410     410     410     410     410     410     410
GET  reports:receipt                                  200     200     200     200     200     200     200
POST reports:receipt                                  200     200     200     200     200     200     200
GET  reports:receipt_at code                          200     200     200     200     200     200     200
POST reports:receipt_at code                          200     200     200     200     200     200     200
GET  reports:check_proof                              200     200     200     200     200     200     200
POST reports:check_proof                              200     200     200     200     200     200     200
GET  reports:files                                    200     200     200     200     200     200     200
POST reports:files                                    200     200     200     200     200     200     200
GET  reports:files_at code                            200     200     200     200     200     200     200
POST reports:files_at code                            200     200     200     200     200     200     200
POST reports:files_part                               200     200     200     200     200     200     200
# Teams: whoever does not hold the report learns nothing, not even that it exists; a sealed session is led to the passphrase
GET  reports:queue                                    sign-in factor  403     200     200     403     403
GET  reports:report pk                                sign-in 404     404     404     200     404     404
POST reports:open pk                                  sign-in 404     404     404     302     404     404
POST reports:answer pk                                sign-in 404     404     404     302     404     404
POST reports:hand_on pk                               sign-in 404     404     404     302     404     404
POST reports:ask pk                                   sign-in 404     404     404     302     404     404
POST reports:outside pk                               sign-in 404     404     404     302     404     404
POST reports:accept pk                                sign-in 404     404     404     302     404     404
POST reports:decline pk                               sign-in 404     404     404     302     404     404
GET  referral:handed_over                             sign-in factor  403     200     200     403     403
POST reports:close pk                                 sign-in 404     404     404     302     404     404
GET  reports:assist                                   sign-in factor  403     200     200     403     403
POST reports:assist                                   sign-in factor  403     200     200     403     403
GET  reports:file pk file                             sign-in 404     404     404     302     404     404
GET  reports:folded pk                                sign-in factor  403     404     404     403     403
POST reports:close_folded pk                          sign-in factor  403     404     404     403     403
POST reports:rewrap                                   sign-in factor  403     302     302     403     403
# The passphrase and who holds the key: readers with a second factor only. Nobody of this table has set a passphrase
GET  evidence:saved                                   sign-in 200     200     200     200     200     200
POST evidence:saved                                   sign-in 200     200     200     200     200     200
POST evidence:open_saved pk                           sign-in 404     404     404     302     404     404
POST evidence:change_saved pk                         sign-in 404     404     404     302     404     404
POST evidence:forget_saved pk                         sign-in 404     404     404     302     404     404
GET  people:sealing                                   sign-in factor  403     200     200     403     403
POST people:set_passphrase                            sign-in factor  403     200     200     403     403
GET  people:unseal                                    sign-in factor  403     302     302     403     403
POST people:unseal                                    sign-in factor  403     302     302     403     403
POST people:reseal                                    sign-in factor  403     302     302     403     403
POST people:make_key pk                               sign-in factor  403     200     200     403     403
POST people:give_key pk                               sign-in factor  403     302     302     403     403
POST reports:tell_repeat pk                           sign-in 404     404     404     404     404     404
POST reports:ask_hold pk                              sign-in 404     404     404     200     404     404
POST reports:end_hold pk                              sign-in 404     404     404     302     404     404
POST reports:decide_hold pk                           sign-in 404     404     404     302     404     404
# The picture, and where work begins
GET  people:start                                     sign-in factor  302     302     302     302     302
GET  people:account                                   sign-in 200     200     200     200     200     200
GET  people:second_factor                             sign-in 200     302     302     302     302     302
GET  site:picture                                     sign-in factor  403     403     403     200     200
GET  site:picture code                                sign-in factor  403     403     403     200     200
GET  site:picture_counts code kind                    sign-in factor  403     403     403     200     200
# Invitations: the token decides
GET  people:accept                                    404     404     404     404     404     404     404
POST people:accept                                    404     404     404     404     404     404     404
GET  people:open_invitation token                     302     302     302     302     302     302     302
# Administrators
GET  people:manage                                    sign-in factor  403     403     403     403     200
GET  people:organisations                             sign-in factor  403     403     403     403     200
GET  people:new_organisation                          sign-in factor  403     403     403     403     200
POST people:new_organisation                          sign-in factor  403     403     403     403     200
GET  people:organisation pk                           sign-in factor  403     403     403     403     200
GET  people:edit_organisation pk                      sign-in factor  403     403     403     403     200
POST people:edit_organisation pk                      sign-in factor  403     403     403     403     200
GET  people:invite pk                                 sign-in factor  403     403     403     403     200
POST people:invite pk                                 sign-in factor  403     403     403     403     200
GET  people:new_credential pk                         sign-in factor  403     403     403     403     200
POST people:new_credential pk                         sign-in factor  403     403     403     403     200
POST people:end_credential pk                         sign-in factor  403     403     403     403     302
GET  people:new_team pk                               sign-in factor  403     403     403     403     200
POST people:new_team pk                               sign-in factor  403     403     403     403     200
GET  people:trust pk                                  sign-in factor  403     403     403     403     200
POST people:trust pk                                  sign-in factor  403     403     403     403     200
POST people:end_trust pk                              sign-in factor  403     403     403     403     302
GET  people:edit_team pk                              sign-in factor  403     403     403     403     200
POST people:edit_team pk                              sign-in factor  403     403     403     403     200
GET  people:cover pk                                  sign-in factor  403     403     403     403     200
POST people:cover pk                                  sign-in factor  403     403     403     403     200
GET  people:end_coverage pk                           sign-in factor  403     403     403     403     200
POST people:end_coverage pk                           sign-in factor  403     403     403     403     200
GET  people:end_membership pk                         sign-in factor  403     403     403     403     200
POST people:end_membership pk                         sign-in factor  403     403     403     403     302
POST people:withdraw_invitation pk                    sign-in factor  403     403     403     403     302
GET  people:proposals                                 sign-in factor  403     403     403     403     200
GET  people:proposal pk                               sign-in factor  403     403     403     403     200
POST people:approve pk                                sign-in factor  403     403     403     403     200
POST people:decline pk                                sign-in factor  403     403     403     403     302
GET  places:places                                    sign-in factor  403     403     403     403     200
GET  places:place pk                                  sign-in factor  403     403     403     403     200
GET  places:edit_look pk                              sign-in factor  403     403     403     403     200
POST places:edit_look pk                              sign-in factor  403     403     403     403     200
GET  places:edit_times pk                             sign-in factor  403     403     403     403     200
POST places:edit_times pk                             sign-in factor  403     403     403     403     200
GET  places:add_place pk                              sign-in factor  403     403     403     403     200
POST places:add_place pk                              sign-in factor  403     403     403     403     200
GET  referral:destinations                            sign-in factor  403     403     403     403     200
GET  referral:add_destination code                    sign-in factor  403     403     403     403     200
POST referral:add_destination code                    sign-in factor  403     403     403     403     200
GET  referral:edit_destination pk                     sign-in factor  403     403     403     403     200
POST referral:edit_destination pk                     sign-in factor  403     403     403     403     200
GET  referral:remove_destination pk                   sign-in factor  403     403     403     403     200
POST referral:remove_destination pk                   sign-in factor  403     403     403     403     200
GET  delivery:outbox                                  sign-in factor  403     403     403     403     200
# Signing in, the own account and its second factor
GET  people:activate_app                              sign-in 200     200     302     302     302     302
POST people:activate_app                              sign-in 200     200     302     302     302     302
GET  people:add_passkey                               sign-in 200     200     200     200     200     200
POST people:add_passkey                               sign-in 200     200     200     200     200     200
GET  people:make_recovery_codes                       sign-in 200     200     200     200     200     200
POST people:make_recovery_codes                       sign-in 200     200     302     302     302     302
GET  account_login                                    200     302     302     302     302     302     302
POST account_login                                    200     302     302     302     302     302     302
GET  account_logout                                   302     200     200     200     200     200     200
POST account_logout                                   302     302     302     302     302     302     302
GET  account_inactive                                 200     200     200     200     200     200     200
GET  account_signup                                   200     302     302     302     302     302     302
POST account_signup                                   200     302     302     302     302     302     302
GET  account_reauthenticate                           sign-in 200     200     200     200     200     200
POST account_reauthenticate                           sign-in 200     200     200     200     200     200
GET  account_email                                    sign-in 200     200     200     200     200     200
POST account_email                                    sign-in 302     302     302     302     302     302
GET  account_email_verification_sent                  200     200     200     200     200     200     200
GET  account_change_password                          sign-in 200     200     200     200     200     200
POST account_change_password                          sign-in 200     200     200     200     200     200
GET  account_set_password                             sign-in 302     302     302     302     302     302
POST account_set_password                             sign-in 302     302     302     302     302     302
GET  account_reset_password                           200     200     200     200     200     200     200
POST account_reset_password                           200     200     200     200     200     200     200
GET  account_confirm_login_code                       sign-in 302     302     302     302     302     302
POST account_confirm_login_code                       sign-in 302     302     302     302     302     302
GET  account_confirm_email key                        200     200     200     200     200     200     200
POST account_confirm_email key                        404     404     404     404     404     404     404
GET  account_reset_password_from_key_done             200     200     200     200     200     200     200
GET  account_reset_password_from_key uidb36 key       200     200     200     200     200     200     200
POST account_reset_password_from_key uidb36 key       200     200     200     200     200     200     200
GET  account_reset_password_done                      200     200     200     200     200     200     200
GET  mfa_index                                        sign-in 200     200     200     200     200     200
GET  mfa_authenticate                                 sign-in 302     302     302     302     302     302
POST mfa_authenticate                                 sign-in 302     302     302     302     302     302
GET  mfa_reauthenticate                               sign-in 302     302     200     200     200     200
POST mfa_reauthenticate                               sign-in 302     302     200     200     200     200
GET  mfa_activate_totp                                sign-in 200     200     302     302     302     302
POST mfa_activate_totp                                sign-in 200     200     302     302     302     302
GET  mfa_deactivate_totp                              sign-in 404     404     200     200     200     200
POST mfa_deactivate_totp                              sign-in 404     404     200     200     200     200
GET  mfa_view_recovery_codes                          sign-in 404     404     404     404     404     404
GET  mfa_generate_recovery_codes                      sign-in 200     200     200     200     200     200
POST mfa_generate_recovery_codes                      sign-in 200     200     302     302     302     302
GET  mfa_download_recovery_codes                      sign-in 404     404     404     404     404     404
POST mfa_download_recovery_codes                      sign-in 404     404     404     404     404     404
GET  mfa_list_webauthn                                sign-in 200     200     200     200     200     200
GET  mfa_add_webauthn                                 sign-in 200     200     200     200     200     200
POST mfa_add_webauthn                                 sign-in 200     200     200     200     200     200
GET  mfa_reauthenticate_webauthn                      sign-in 302     302     302     302     302     302
POST mfa_reauthenticate_webauthn                      sign-in 302     302     302     302     302     302
GET  mfa_remove_webauthn pk                           sign-in 404     404     404     404     404     404
POST mfa_remove_webauthn pk                           sign-in 404     404     404     404     404     404
GET  mfa_edit_webauthn pk                             sign-in 404     404     404     404     404     404
POST mfa_edit_webauthn pk                             sign-in 404     404     404     404     404     404
"""
