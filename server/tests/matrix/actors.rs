//! The columns.

use domain::user::UserState;
use domain::{Cloud, Company, Grants, Role, Side, Vendor};
use uuid::Uuid;

use crate::stage::company::administrator;
use crate::stage::{Stage, Tenant, cookie, portal_cookie, ums_cookie};

/// A kind of caller.
pub struct Actor {
    pub code: String,
    pub words: String,
    pub kind: Kind,
}

pub enum Kind {
    Nobody,
    /// A user of the portal; `foreign` to the company whose objects are called for.
    User {
        holder: Uuid,
        grants: Grants,
        foreign: bool,
    },
    /// A session that is of no use (any more).
    Ended {
        holder: Uuid,
        how: End,
    },
    /// A user of the portal who has signed in with a one-time password and set no other.
    Newcomer {
        holder: Uuid,
        grants: Grants,
    },
    /// Somebody who has run the portal.
    FormerOperator {
        holder: Uuid,
    },
    /// Somebody who runs the portal.
    Operator {
        holder: Uuid,
        grants: Grants,
    },
    Administrator {
        holder: Uuid,
        grants: Grants,
    },
    Device,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    SignedOut,
    /// The session is there, but its holder has no access.
    NoAccess,
}

impl Actor {
    fn new(code: impl Into<String>, words: impl Into<String>, kind: Kind) -> Self {
        Self {
            code: code.into(),
            words: words.into(),
            kind,
        }
    }

    /// What the caller holds on that side; `None` without a session there.
    pub fn grants(&self, side: &str) -> Option<&Grants> {
        match &self.kind {
            Kind::User { grants, .. } | Kind::Newcomer { grants, .. } if side == Cloud::KEY => Some(grants),
            Kind::Operator { grants, .. } if side == Vendor::KEY => Some(grants),
            Kind::Administrator { grants, .. } if side == Company::KEY => Some(grants),
            _ => None,
        }
    }

    pub fn is_foreign(&self) -> bool {
        matches!(self.kind, Kind::User { foreign: true, .. })
    }

    /// Cookies of a session of its own for this call. The token goes under the names of all sides: what is worth something on
    /// one must be worth nothing on the others.
    pub async fn cookies(&self, stage: &Stage) -> Vec<(&'static str, String)> {
        let value = match &self.kind {
            Kind::Nobody | Kind::Device => return Vec::new(),
            Kind::User { holder, .. } | Kind::Newcomer { holder, .. } => stage.portal_session(*holder).await,
            Kind::Operator { holder, .. } | Kind::FormerOperator { holder } => {
                stage.operator_session(*holder).await
            }
            Kind::Administrator { holder, .. } => stage.ums_session(*holder).await,
            Kind::Ended { holder, how } => {
                let value = stage.portal_session(*holder).await;
                if *how == End::SignedOut {
                    let token = access::SessionToken::new(
                        value
                            .parse::<tower_sessions::session::Id>()
                            .unwrap()
                            .0
                            .to_le_bytes(),
                    );
                    access::sessions::end(&stage.cloud.services, &token)
                        .await
                        .unwrap();
                }
                value
            }
        };
        vec![
            portal_cookie(&value),
            ums_cookie(&value),
            cookie::<Vendor>(&value),
        ]
    }
}

pub fn nobody() -> Actor {
    Actor::new("an", "anonymous", Kind::Nobody)
}

pub fn device() -> Actor {
    Actor::new("dv", "a device, by its certificate", Kind::Device)
}

pub fn superuser(stage: &Stage) -> Actor {
    let grants = Grants {
        superuser: true,
        ..Grants::default()
    };
    Actor::new(
        "us",
        "superuser of the UMS",
        Kind::Administrator {
            holder: stage.superuser,
            grants,
        },
    )
}

/// The Super Admin of the first company.
pub fn super_admin(stage: &Stage) -> Actor {
    let grants = Grants {
        roles: vec![Role::SuperAdmin],
        superuser: false,
    };
    let holder = stage.contoso.admin.into();
    Actor::new(
        "SA",
        "Super Admin",
        Kind::User {
            holder,
            grants,
            foreign: false,
        },
    )
}

/// An operator.
pub fn operator(stage: &Stage) -> Actor {
    let kind = Kind::Operator {
        holder: stage.operator,
        grants: Grants::default(),
    };
    Actor::new("op", "operator", kind)
}

/// An operator who was removed; the session stayed.
pub async fn former_operator(stage: &Stage) -> Actor {
    let holder = stage.add_operator("former@vendor.example").await;
    stage.forget_operator(holder).await;
    Actor::new("fo", "operator, removed", Kind::FormerOperator { holder })
}

/// A Super Admin who has signed in with a one-time password.
async fn newcomer(stage: &Stage) -> Actor {
    let holder = stage
        .contoso
        .add(&stage.cloud, "newcomer", &["super-admin"])
        .await
        .into();
    let grants = Grants {
        roles: vec![Role::SuperAdmin],
        superuser: false,
    };
    Actor::new(
        "1p",
        "Super Admin with a one-time password",
        Kind::Newcomer { holder, grants },
    )
}

/// An administrator of the UMS who holds no right.
pub async fn helper(stage: &Stage) -> Actor {
    let holder = administrator(&stage.company).await;
    Actor::new(
        "no",
        "administrator of the UMS without rights",
        Kind::Administrator {
            holder,
            grants: Grants::default(),
        },
    )
}

/// Everybody who may come to the portal.
pub async fn of_the_portal(stage: &Stage) -> Vec<Actor> {
    let (cloud, contoso) = (&stage.cloud, &stage.contoso);
    let gone = contoso.add(cloud, "gone", &["super-admin"]).await.into();
    let pending = contoso.add(cloud, "pending", &["super-admin"]).await.into();
    contoso.set_state(cloud, "pending", UserState::Pending).await;
    let deactivated = contoso.add(cloud, "deactivated", &["super-admin"]).await.into();
    contoso
        .set_state(cloud, "deactivated", UserState::Deactivated)
        .await;
    let none = contoso.add(cloud, "none", &["obs-admin"]).await;
    contoso.take_role(cloud, none, "obs-admin").await;

    let ended = |holder, how| Kind::Ended { holder, how };
    let mut actors = vec![
        nobody(),
        Actor::new("ex", "Super Admin, signed out", ended(gone, End::SignedOut)),
        Actor::new("pe", "Super Admin, pending", ended(pending, End::NoAccess)),
        Actor::new(
            "dx",
            "Super Admin, deactivated",
            ended(deactivated, End::NoAccess),
        ),
        Actor::new("no", "user without a role", user(none.into(), &[], false)),
    ];
    for role in Role::ALL {
        actors.push(role_actor(stage, contoso, role, false).await);
    }
    let both = contoso
        .add(cloud, "both", &["obs-admin", "ums-admin"])
        .await
        .into();
    actors.push(Actor::new(
        "OU",
        "OBS Admin and UMS Admin",
        user(both, &[Role::ObsAdmin, Role::UmsAdmin], false),
    ));
    for role in Role::ALL {
        actors.push(role_actor(stage, &stage.fabrikam, role, true).await);
    }
    actors.push(newcomer(stage).await);
    actors.push(operator(stage));
    actors.push(superuser(stage));
    actors
}

async fn role_actor(stage: &Stage, tenant: &Tenant, role: Role, foreign: bool) -> Actor {
    let holder = tenant.add(&stage.cloud, role.key(), &[role.key()]).await.into();
    let capitals = |label: &str| {
        label
            .split(' ')
            .filter_map(|word| word.chars().next())
            .take(2)
            .collect::<String>()
    };
    let (mark, company) = if foreign {
        ("'", " of another company")
    } else {
        ("", "")
    };
    Actor::new(
        capitals(role.label()) + mark,
        format!("{}{company}", role.label()),
        user(holder, &[role], foreign),
    )
}

fn user(holder: Uuid, roles: &[Role], foreign: bool) -> Kind {
    let grants = Grants {
        roles: roles.to_vec(),
        superuser: false,
    };
    Kind::User {
        holder,
        grants,
        foreign,
    }
}
