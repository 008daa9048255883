use access::jobs::Jobs;
use access::{Result, SessionToken, Visitor};
use domain::id::InvitationId;
use domain::invitation::{
    AcceptDraft, InvitationDraft, InvitationListDraft, InvitationState, OpenedInvitation,
};
use domain::page::ListQuery;
use domain::people::{Active, Person, PersonId};
use domain::permission::{InviteUsers, RegisterOsIdp, ViewUsers};
use domain::{Cloud, Conflict, Fault, Reason, Role};
use portal::invitations::{self, Accepted};
use store::{Schema, args, sql};
use test_support::db::TestDb;
use test_support::db_test;
use test_support::services::client;
use time::Duration;
use uuid::Uuid;

use crate::stage::{PASSWORD, Person as SignedIn, Stage, events, fault, reason};

fn draft(email: &str, role: &str) -> InvitationDraft {
    InvitationDraft {
        first_name: "Ada".to_owned(),
        last_name: "Berg".to_owned(),
        email: email.to_owned(),
        language: "en".to_owned(),
        role: role.to_owned(),
    }
}

/// What came for an address: subjects and links, oldest first.
async fn mails(stage: &Stage, to: &str) -> Vec<(String, Option<String>)> {
    portal::mails::jobs(Jobs::default())
        .run_due(&stage.cloud.services)
        .await
        .unwrap();
    let mails = stage
        .cloud
        .outside
        .mails()
        .into_iter()
        .filter(|mail| mail.to == to);
    mails
        .map(|mail| {
            let token = mail.text.split("invitation?token=").nth(1);
            let token = token.map(|rest| rest.split_whitespace().next().unwrap().to_owned());
            (mail.subject, token)
        })
        .collect()
}

async fn token(stage: &Stage, to: &str) -> String {
    mails(stage, to).await.pop().unwrap().1.expect("a link")
}

fn visitor(stage: &Stage) -> Visitor<Cloud> {
    Visitor::new(&stage.cloud.services, client(9))
}

async fn invite(who: &SignedIn<'_>, email: &str, role: &str) -> Result<InvitationId> {
    invitations::invite(&who.may().await, draft(email, role)).await
}

async fn opened(stage: &Stage, token: &str) -> OpenedInvitation {
    invitations::open(&visitor(stage), token, None).await.unwrap()
}

async fn accept(stage: &Stage, token: &str) -> Result<SessionToken> {
    let draft = AcceptDraft {
        token: token.to_owned(),
        first_name: "Ada".to_owned(),
        last_name: "Berg".to_owned(),
        password: PASSWORD.to_owned(),
    };
    Ok(accepted(
        invitations::accept(&visitor(stage), draft, None, None).await?,
    ))
}

/// The session of whoever accepts with a password.
fn accepted(accepted: Accepted) -> SessionToken {
    match accepted {
        Accepted::Joined(token) => token,
        Accepted::AtProvider(_) => panic!("no identity provider is in charge"),
    }
}

async fn overview(who: &SignedIn<'_>) -> Vec<Person> {
    let auth = who.may::<ViewUsers>().await;
    portal::users::list(&auth, ListQuery::default())
        .await
        .unwrap()
        .rows
}

async fn row(who: &SignedIn<'_>, email: &str) -> Person {
    let rows = overview(who).await;
    let found = rows.iter().find(|row| row.email == email);
    found.unwrap_or_else(|| panic!("{email} in {rows:?}")).clone()
}

async fn users(db: &TestDb) -> i64 {
    db.read()
        .await
        .unwrap()
        .scalar(sql!("select count(*) from users"), args![])
        .await
        .unwrap()
}

const ADA: &str = "Ada.Berg@contoso.example";

db_test! {
    Schema::Cloud,

    async fn an_invitation_is_accepted_by_the_link_in_the_mail(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        invite(&admin, ADA, "obs-admin").await.unwrap();
        let waiting = row(&admin, ADA).await;
        assert_eq!((waiting.active, waiting.invitation, waiting.days_left), (Active::Pending, Some(InvitationState::Pending), Some(30)));
        assert_eq!((waiting.roles.as_slice(), waiting.account.as_str()), (&[Role::ObsAdmin][..], "Contoso"));

        let token = token(&stage, ADA).await;
        // A mail scanner opens the link, as often as it likes.
        for _ in 0..3 {
            let OpenedInvitation::Open(offer) = opened(&stage, &token).await else { panic!("not open") };
            assert_eq!((offer.account.as_str(), offer.invited_by.as_str()), ("Contoso", "admin@contoso.example"));
            assert_eq!((offer.email.as_str(), offer.role, offer.days_left), (ADA, Role::ObsAdmin, 30));
        }
        assert_eq!(users(&db).await, 2);

        let session = accept(&stage, &token).await.unwrap();
        let ada = stage.cloud.authorize::<RegisterOsIdp>(&session).await.unwrap();
        assert_eq!(ada.account().unwrap(), stage.contoso);
        assert_eq!(fault(stage.cloud.authorize::<InviteUsers>(&session).await.map(drop)), Fault::Forbidden);
        stage.sign_in("ada.berg@contoso.example").await;

        let accepted = row(&admin, ADA).await;
        assert_eq!((accepted.active, accepted.invitation, accepted.name.as_str()), (Active::Yes, Some(InvitationState::Accepted), "Ada Berg"));
        assert_eq!(overview(&admin).await.iter().filter(|row| row.email == ADA).count(), 1);
        let told = mails(&stage, "admin@contoso.example").await;
        assert_eq!(told.last().unwrap().0, format!("{ADA} has accepted the invitation"));
        assert_eq!(mails(&stage, "admin@fabrikam.example").await, []);

        // Once, and no more.
        assert_eq!(opened(&stage, &token).await, OpenedInvitation::Over(InvitationState::Accepted));
        assert_eq!(fault(accept(&stage, &token).await), Conflict::InvitationOver.into());
        for name in ["invitation.sent", "invitation.accepted"] {
            let events = events(&db, name).await;
            assert_eq!((events.len(), events[0].2), (1, Some(stage.contoso.into())), "{name}");
            assert!(!events[0].3.contains(&token));
        }
        let added = events(&db, "user.added").await;
        assert!(added.iter().any(|event| event.0 == ADA && event.3.contains("obs-admin")), "{added:?}");
    }

    async fn the_link_is_kept_nowhere_in_clear(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        invite(&admin, ADA, "obs-admin").await.unwrap();
        let payload = sql!("select payload from jobs where kind = 'mail'");
        let queued: String = db.read().await.unwrap().scalar(payload, args![]).await.unwrap();
        let token = token(&stage, ADA).await;
        assert!(!queued.contains(&token) && !queued.contains("invitation?token"));
        assert!(token.len() >= 43, "256 bits");
        let hash: Vec<u8> = db.read().await.unwrap().scalar(sql!("select token_hash from invitations"), args![]).await.unwrap();
        assert_ne!(hash, token.as_bytes());
        for nothing in ["", " ", "[]", "null", "%"] {
            assert_eq!(opened(&stage, nothing).await, OpenedInvitation::Unknown, "{nothing:?}");
            assert_eq!(fault(accept(&stage, nothing).await), Fault::NotFound, "{nothing:?}");
        }
        accept(&stage, &token).await.unwrap();
    }

    async fn declining_makes_nobody_a_user_and_tells_the_super_admins(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        invite(&admin, ADA, "obs-admin").await.unwrap();
        let first = token(&stage, ADA).await;
        invitations::decline(&visitor(&stage), &first).await.unwrap();
        assert_eq!(users(&db).await, 2);
        let declined = row(&admin, ADA).await;
        assert_eq!((declined.active, declined.invitation, declined.days_left), (Active::No, Some(InvitationState::Declined), None));
        assert_eq!(mails(&stage, "admin@contoso.example").await.pop().unwrap().0, format!("{ADA} has declined the invitation"));
        assert_eq!(opened(&stage, &first).await, OpenedInvitation::Over(InvitationState::Declined));
        assert_eq!(fault(accept(&stage, &first).await), Conflict::InvitationOver.into());
        assert_eq!(fault(invitations::decline(&visitor(&stage), &first).await), Conflict::InvitationOver.into());
        assert_eq!(events(&db, "invitation.declined").await.len(), 1);
        // Whoever thinks better of it is invited anew.
        invite(&admin, ADA, "ums-admin").await.unwrap();
        assert_eq!(overview(&admin).await.iter().filter(|row| row.email == ADA).count(), 1);
        accept(&stage, &token(&stage, ADA).await).await.unwrap();
    }

    async fn resending_replaces_the_link_and_cancelling_kills_it(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let id = invite(&admin, ADA, "obs-admin").await.unwrap();
        let first = token(&stage, ADA).await;
        stage.cloud.clock.advance(Duration::days(29));
        let admin = stage.sign_in("admin@contoso.example").await;
        assert_eq!(row(&admin, ADA).await.days_left, Some(1));
        invitations::resend(&admin.may().await, id).await.unwrap();
        assert_eq!(row(&admin, ADA).await.days_left, Some(30));
        let second = token(&stage, ADA).await;
        assert_ne!(first, second);
        assert_eq!(opened(&stage, &first).await, OpenedInvitation::Unknown);
        assert_eq!(fault(accept(&stage, &first).await), Fault::NotFound);
        assert!(matches!(opened(&stage, &second).await, OpenedInvitation::Open(_)));

        invitations::cancel(&admin.may().await, id).await.unwrap();
        assert_eq!(opened(&stage, &second).await, OpenedInvitation::Over(InvitationState::Cancelled));
        assert_eq!(fault(accept(&stage, &second).await), Conflict::InvitationOver.into());
        assert_eq!(fault(invitations::resend(&admin.may().await, id).await), Conflict::InvitationOver.into());
        assert_eq!(fault(invitations::cancel(&admin.may().await, id).await), Conflict::InvitationOver.into());
        assert_eq!(row(&admin, ADA).await.invitation, Some(InvitationState::Cancelled));
        for name in ["invitation.resent", "invitation.cancelled"] {
            assert_eq!(events(&db, name).await.len(), 1, "{name}");
        }
    }

    async fn an_invitation_ends_after_thirty_days(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        invite(&admin, ADA, "obs-admin").await.unwrap();
        invite(&admin, "bo@contoso.example", "obs-admin").await.unwrap();
        let (ada, bo) = (token(&stage, ADA).await, token(&stage, "bo@contoso.example").await);
        stage.cloud.clock.advance(Duration::days(30) - Duration::SECOND);
        assert_eq!(invitations::purge(&stage.cloud.services).await.unwrap(), 0);
        accept(&stage, &bo).await.unwrap();
        stage.cloud.clock.advance(Duration::SECOND);
        // At once, whether it was cleared away or not.
        assert_eq!(opened(&stage, &ada).await, OpenedInvitation::Over(InvitationState::Expired));
        assert_eq!(fault(accept(&stage, &ada).await), Conflict::InvitationOver.into());
        assert_eq!(invitations::purge(&stage.cloud.services).await.unwrap(), 1);
        let admin = stage.sign_in("admin@contoso.example").await;
        assert!(overview(&admin).await.iter().all(|row| row.email != ADA));
        assert_eq!(opened(&stage, &ada).await, OpenedInvitation::Over(InvitationState::Expired));
        let gone: i64 = db.read().await.unwrap().scalar(sql!("select count(*) from invitations where email = ''"), args![]).await.unwrap();
        assert_eq!(gone, 1, "whom it was for is forgotten");
        assert_eq!(events(&db, "invitation.expired").await[0].2, Some(stage.contoso.into()));
        invite(&admin, ADA, "obs-admin").await.unwrap();

        stage.cloud.clock.advance(Duration::days(61));
        invitations::purge(&stage.cloud.services).await.unwrap();
        assert_eq!(opened(&stage, &ada).await, OpenedInvitation::Unknown);
        let admin = stage.sign_in("admin@contoso.example").await;
        assert_eq!(row(&admin, "bo@contoso.example").await.invitation, Some(InvitationState::Accepted));
    }

    async fn own_users_and_open_invitations_are_named_and_other_accounts_are_not(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        assert_eq!(reason(invite(&admin, "ADMIN@contoso.example", "obs-admin").await, "email"), Reason::AlreadyUser);
        invite(&admin, ADA, "obs-admin").await.unwrap();
        assert_eq!(reason(invite(&admin, "ada.berg@CONTOSO.example", "obs-admin").await, "email"), Reason::AlreadyInvited);

        // A user of another account: to the inviter all is as with anybody else, at every step.
        let stranger = "admin@fabrikam.example";
        let id = invite(&admin, stranger, "obs-admin").await.unwrap();
        let (known, unknown) = (row(&admin, stranger).await, row(&admin, ADA).await);
        assert_eq!((known.active, known.invitation, known.days_left), (unknown.active, unknown.invitation, unknown.days_left));
        let came = mails(&stage, stranger).await;
        let [(subject, None)] = came.as_slice() else { panic!("{came:?}") };
        assert_eq!(subject, "Contoso wants to invite you to the Customer Portal");
        assert!(stage.cloud.outside.mails().iter().any(|mail| mail.to == stranger && mail.text.contains("admin@contoso.example")));
        invitations::resend(&admin.may().await, id).await.unwrap();
        assert_eq!(mails(&stage, stranger).await.len(), 2);
        assert!(mails(&stage, stranger).await.iter().all(|(_, token)| token.is_none()));
        invitations::cancel(&admin.may().await, id).await.unwrap();
        assert_eq!(users(&db).await, 2);
        let details: Vec<_> = events(&db, "invitation.sent").await.into_iter().map(|event| event.3).collect();
        assert_eq!(details[0], details[1]);

        // Invited by both: whoever is accepted first has the user; the other link says why it is of no use.
        let other = stage.sign_in(stranger).await;
        invite(&other, ADA, "ums-admin").await.unwrap();
        let links = mails(&stage, ADA).await;
        let link = |at: usize| links[at].1.clone().unwrap();
        accept(&stage, &link(1)).await.unwrap();
        assert_eq!(fault(accept(&stage, &link(0)).await), Conflict::AddressInUse.into());
        assert_eq!(row(&other, ADA).await.active, Active::Yes);
        assert_eq!(row(&admin, ADA).await.active, Active::Pending);
    }

    async fn only_a_super_admin_invites_super_admins(db: TestDb) {
        let stage = Stage::open(&db).await;
        stage.add(stage.contoso, "account@contoso.example", "account-admin").await.unwrap();
        let account = stage.sign_in("account@contoso.example").await;
        assert_eq!(reason(invite(&account, ADA, "super-admin").await, "role"), Reason::OnlySuperAdmin);
        invite(&account, ADA, "account-admin").await.unwrap();
        let admin = stage.sign_in("admin@contoso.example").await;
        invite(&admin, "bo@contoso.example", "super-admin").await.unwrap();
    }

    async fn whoever_is_signed_in_with_another_address_cannot_accept(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        invite(&admin, ADA, "obs-admin").await.unwrap();
        let token = token(&stage, ADA).await;
        let holder = Some(Uuid::from(stage.add(stage.contoso, "bo@contoso.example", "obs-admin").await.unwrap()));
        let shown = invitations::open(&visitor(&stage), &token, holder).await.unwrap();
        let told = OpenedInvitation::SignedInAs { email: "bo@contoso.example".to_owned(), invited: ADA.to_owned() };
        assert_eq!(shown, told);
        let draft = AcceptDraft { token: token.clone(), password: PASSWORD.to_owned(), ..AcceptDraft::default() };
        let refused = invitations::accept(&visitor(&stage), draft, holder, None).await;
        assert_eq!(fault(refused), Conflict::SignedInAsAnother.into());
        accept(&stage, &token).await.unwrap();
    }

    async fn the_password_follows_the_rules(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        invite(&admin, ADA, "obs-admin").await.unwrap();
        let token = token(&stage, ADA).await;
        for (password, why) in [
            ("", Reason::Required),
            ("fourteen chars", Reason::TooShort { min: 15 }),
            ("passwordpassword", Reason::CommonPassword),
            ("AdaBergContoso!!", Reason::CommonPassword),
        ] {
            let draft = AcceptDraft {
                token: token.clone(),
                first_name: "Ada".to_owned(),
                last_name: "Berg".to_owned(),
                password: password.to_owned(),
            };
            assert_eq!(reason(invitations::accept(&visitor(&stage), draft, None, None).await, "password"), why, "{password}");
        }
        assert_eq!(users(&db).await, 2);
        accept(&stage, &token).await.unwrap();
    }

    async fn a_pasted_list_invites_everybody_or_nobody(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let list = |lines: &str| InvitationListDraft {
            lines: lines.to_owned(),
            language: "de".to_owned(),
            role: "ums-admin".to_owned(),
        };
        let refused = invitations::invite_many(&admin.may().await, list("ada@contoso.example\nadmin@contoso.example")).await;
        assert_eq!(reason(refused, "lines.2"), Reason::AlreadyUser);
        assert_eq!(overview(&admin).await.len(), 1);
        // Not one of them was sent a mail.
        assert_eq!(mails(&stage, "ada@contoso.example").await, []);

        let good = "Ada Berg <ada@contoso.example>\n\nbo@contoso.example;OBS Admin;en";
        assert_eq!(invitations::invite_many(&admin.may().await, list(good)).await.unwrap(), 2);
        assert_eq!(row(&admin, "ada@contoso.example").await.roles, [Role::UmsAdmin]);
        assert_eq!(row(&admin, "bo@contoso.example").await.roles, [Role::ObsAdmin]);
        assert_eq!(mails(&stage, "ada@contoso.example").await[0].0, "Contoso lädt Sie zum Customer Portal ein");
        assert_eq!(mails(&stage, "bo@contoso.example").await[0].0, "Contoso invites you to the Customer Portal");
        assert_eq!(events(&db, "invitation.sent").await.len(), 2);
    }

    async fn nobodys_mailbox_is_filled(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let id = invite(&admin, ADA, "obs-admin").await.unwrap();
        for _ in 0..4 {
            invitations::resend(&admin.may().await, id).await.unwrap();
        }
        assert!(matches!(fault(invitations::resend(&admin.may().await, id).await), Fault::TooMany { .. }));
        // Not by another way either.
        invitations::cancel(&admin.may().await, id).await.unwrap();
        assert!(matches!(fault(invite(&admin, ADA, "obs-admin").await), Fault::TooMany { .. }));
        assert_eq!(mails(&stage, ADA).await.len(), 5);
        invite(&admin, "bo@contoso.example", "obs-admin").await.unwrap();
        stage.cloud.clock.advance(Duration::minutes(12));
        invite(&admin, ADA, "obs-admin").await.unwrap();
    }

    async fn an_account_invites_a_thousand_people_a_day(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        for part in 0..5 {
            let lines: Vec<_> = (0..200).map(|n| format!("user{part}x{n}@contoso.example")).collect();
            let list = InvitationListDraft { lines: lines.join("\n"), role: "ums-admin".to_owned(), ..InvitationListDraft::default() };
            invitations::invite_many(&admin.may().await, list).await.unwrap();
        }
        assert!(matches!(fault(invite(&admin, ADA, "obs-admin").await), Fault::TooMany { .. }));
        // Nobody else is kept from it.
        invite(&stage.sign_in("admin@fabrikam.example").await, ADA, "obs-admin").await.unwrap();
    }

    async fn an_id_of_another_account_is_not_there(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let other = stage.sign_in("admin@fabrikam.example").await;
        let theirs = invite(&admin, ADA, "obs-admin").await.unwrap();
        let nowhere = InvitationId::from(Uuid::from_u128(7));
        for id in [theirs, nowhere] {
            assert_eq!(fault(invitations::resend(&other.may().await, id).await), Fault::NotFound);
            assert_eq!(fault(invitations::cancel(&other.may().await, id).await), Fault::NotFound);
        }
        assert_eq!(mails(&stage, ADA).await.len(), 1);
        assert!(overview(&other).await.iter().all(|row| row.email != ADA));
        invitations::cancel(&admin.may().await, theirs).await.unwrap();
    }

    async fn one_link_makes_one_user_however_many_press_the_button(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let id = invite(&admin, ADA, "obs-admin").await.unwrap();
        let token = token(&stage, ADA).await;
        let auth = admin.may().await;
        let visitor = visitor(&stage);
        let (a, b, c, d) = tokio::join!(
            accept(&stage, &token),
            accept(&stage, &token),
            invitations::decline(&visitor, &token),
            invitations::cancel(&auth, id),
        );
        let done = [a.is_ok(), b.is_ok(), c.is_ok(), d.is_ok()];
        assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
        assert_eq!(users(&db).await, if a.is_ok() || b.is_ok() { 3 } else { 2 });
    }

    async fn a_double_click_invites_once(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        let (a, b) = tokio::join!(invite(&admin, ADA, "obs-admin"), invite(&admin, ADA, "obs-admin"));
        let refused = if a.is_ok() { b } else { a };
        assert_eq!(reason(refused, "email"), Reason::AlreadyInvited);
        assert_eq!(mails(&stage, ADA).await.len(), 1);
    }

    async fn the_overview_is_sorted_searched_and_counted(db: TestDb) {
        let stage = Stage::open(&db).await;
        let admin = stage.sign_in("admin@contoso.example").await;
        for email in ["b@contoso.example", "d@contoso.example"] {
            stage.add(stage.contoso, email, "ums-admin").await.unwrap();
        }
        for email in ["a@contoso.example", "c@contoso.example", "e@contoso.example"] {
            invite(&admin, email, "obs-admin").await.unwrap();
        }
        let emails = |rows: &[Person]| rows.iter().map(|row| row.email.split('@').next().unwrap().to_owned()).collect::<Vec<_>>();
        let all = overview(&admin).await;
        assert_eq!(emails(&all), ["a", "admin", "b", "c", "d", "e"]);
        assert!(all.iter().filter(|row| row.own).map(|row| row.email.as_str()).eq(["admin@contoso.example"]));

        for (sort, descending) in [("email", false), ("email", true), ("active", false), ("active", true), ("created", false), ("created", true)] {
            let auth = admin.may::<ViewUsers>().await;
            let mut query = ListQuery { sort: sort.to_owned(), descending, per: 2, ..ListQuery::default() };
            let (mut walked, mut pages) = (Vec::new(), 0);
            loop {
                let page = portal::users::list(&auth, query.clone()).await.unwrap();
                assert_eq!(page.total, domain::page::Total::Exact(6));
                walked.extend(page.rows);
                pages += 1;
                let Some(next) = page.next else { break };
                query.cursor = next;
            }
            assert_eq!(pages, 3, "{sort}");
            let mut found: Vec<_> = walked.iter().map(|row| row.id).collect();
            if sort == "active" {
                let states: Vec<_> = walked.iter().map(|row| row.active).collect();
                let mut grouped = states.clone();
                grouped.dedup();
                assert_eq!(grouped.len(), 2, "{states:?}");
            }
            assert_eq!(found.len(), 6);
            found.dedup();
            assert_eq!(found.len(), 6);
        }

        let search = async |text: &str| {
            let query = ListQuery { search: text.to_owned(), ..ListQuery::default() };
            emails(&portal::users::list(&admin.may().await, query).await.unwrap().rows)
        };
        assert_eq!(search("ADMIN@").await, ["admin"]);
        assert_eq!(search("ada berg").await, ["a", "c", "e"]);
        assert!(search("fabrikam").await.is_empty());
        let PersonId::Invitation(id) = row(&admin, "a@contoso.example").await.id else { panic!("an invitation") };
        invitations::cancel(&admin.may().await, id).await.unwrap();
    }
}
