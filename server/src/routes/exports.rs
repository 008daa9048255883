//! Lists as files: everything that search and filters find, page after page, so that no list has to fit into memory.

use access::{Authorized, BoxFuture, Error, note_export};
use app::lists::{self, Column, ListAddress};
use app::state::preferences::Preferences;
use axum::body::{Body, Bytes};
use axum::extract::RawQuery;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, COOKIE};
use axum::response::{IntoResponse, Response};
use domain::id::RoutingId;
use domain::page::{ListQuery, PER_PAGE_MAX, Page};
use domain::permission::{
    ViewActivity, ViewCases, ViewDevices, ViewDomains, ViewExpiry, ViewOsIdps, ViewRouting, ViewUmsInstances,
    ViewUsers,
};
use domain::{Fault, Permission};
use futures::stream;
use leptos::prelude::{Owner, provide_context};

use crate::guard::{Auth, Refusal};

type Answer = Result<Response, Refusal>;

pub async fn people(Auth(auth): Auth<ViewUsers>, query: RawQuery, headers: HeaderMap) -> Answer {
    let file = File {
        name: "users",
        columns: lists::people_columns,
        page: |auth, query, _| Box::pin(portal::users::list(auth, query)),
    };
    file.send(auth, query, &headers).await
}

pub async fn activity(Auth(auth): Auth<ViewActivity>, query: RawQuery, headers: HeaderMap) -> Answer {
    let file = File {
        name: "activity",
        columns: lists::activity_columns,
        page: |auth, query, zone| Box::pin(portal::activity::list(auth, query, zone)),
    };
    file.send(auth, query, &headers).await
}

pub async fn os_idps(Auth(auth): Auth<ViewOsIdps>, query: RawQuery, headers: HeaderMap) -> Answer {
    let file = File {
        name: "idps",
        columns: lists::os_idp_columns,
        page: |auth, query, _| Box::pin(portal::os_idps::list(auth, query)),
    };
    file.send(auth, query, &headers).await
}

pub async fn routing(Auth(auth): Auth<ViewRouting>, query: RawQuery, headers: HeaderMap) -> Answer {
    let file = File {
        name: "onboarding",
        columns: lists::routing_columns,
        page: |auth, query, _| Box::pin(portal::routing::list(auth, query)),
    };
    file.send(auth, query, &headers).await
}

pub async fn domains(Auth(auth): Auth<ViewDomains>, query: RawQuery, headers: HeaderMap) -> Answer {
    let file = File {
        name: "domains",
        columns: lists::domain_columns,
        page: |auth, query, _| Box::pin(portal::domains::list(auth, query)),
    };
    file.send(auth, query, &headers).await
}

/// The mapped users of the record that the query names.
pub async fn mapped_users(Auth(auth): Auth<ViewRouting>, query: RawQuery, headers: HeaderMap) -> Answer {
    let record = record_of(&query)?;
    // Nothing is noted and nothing is begun about a record that is not theirs.
    portal::routing::get(&auth, record).await?;
    let file = File {
        name: "mapped-users",
        columns: lists::mapped_user_columns,
        page: |auth, query, _| Box::pin(portal::routing::users::list_of_query(auth, query)),
    };
    let RawQuery(text) = query;
    let text = format!("{}&f.record={record}", text.unwrap_or_default());
    file.send(auth, RawQuery(Some(text)), &headers).await
}

/// What came of each line of the last import of users.
pub async fn import_results(Auth(auth): Auth<ViewRouting>, query: RawQuery, headers: HeaderMap) -> Answer {
    let results = portal::routing::users::all_results(&auth, record_of(&query)?).await?;
    let text = Owner::new().with(|| {
        provide_context(preferences(&headers));
        lists::import_lines(&results)
    });
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"import.csv\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}

/// The record that a query is about.
pub fn record_of(RawQuery(query): &RawQuery) -> Result<RoutingId, access::Error> {
    let query = query.as_deref().unwrap_or_default();
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let record = pairs.find(|(name, _)| name == "record");
    let record = record.and_then(|(_, id)| id.parse().ok());
    record.ok_or(Fault::NotFound.into())
}

pub async fn expiry(Auth(auth): Auth<ViewExpiry>, query: RawQuery, headers: HeaderMap) -> Answer {
    let file = File {
        name: "expiry",
        columns: lists::expiry_columns,
        page: |auth, query, _| Box::pin(portal::expiry::list(auth, query)),
    };
    file.send(auth, query, &headers).await
}

pub async fn cases(Auth(auth): Auth<ViewCases>, query: RawQuery, headers: HeaderMap) -> Answer {
    let file = File {
        name: "cases",
        columns: lists::case_columns,
        page: |auth, query, _| Box::pin(portal::cases::list(auth, query)),
    };
    file.send(auth, query, &headers).await
}

pub async fn ums_instances(
    Auth(auth): Auth<ViewUmsInstances>,
    query: RawQuery,
    headers: HeaderMap,
) -> Answer {
    let file = File {
        name: "ums",
        columns: lists::ums_instance_columns,
        page: |auth, query, _| Box::pin(portal::ums_instances::list(auth, query)),
    };
    file.send(auth, query, &headers).await
}

pub async fn devices(Auth(auth): Auth<ViewDevices>, query: RawQuery, headers: HeaderMap) -> Answer {
    let file = File {
        name: "devices",
        columns: lists::device_columns,
        page: |auth, query, _| Box::pin(ums::devices::list(auth, query)),
    };
    file.send(auth, query, &headers).await
}

/// A page of a list, for somebody so many minutes east of UTC.
type PageOf<P, T> = for<'a> fn(&'a Authorized<P>, ListQuery, i16) -> BoxFuture<'a, access::Result<Page<T>>>;

/// A list as a file.
struct File<P: Permission, T> {
    name: &'static str,
    columns: fn() -> Vec<Column<T>>,
    page: PageOf<P, T>,
}

/// What is still to be sent.
struct Rest<P: Permission, T> {
    file: File<P, T>,
    auth: Authorized<P>,
    preferences: Preferences,
    query: ListQuery,
    begun: bool,
}

impl<P: Permission, T: 'static> File<P, T> {
    /// The file, by and by. Whoever may see the list may have it; that they had it is noted before the first line.
    async fn send(self, auth: Authorized<P>, RawQuery(query): RawQuery, headers: &HeaderMap) -> Answer {
        let pairs = url::form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes());
        let query = ListQuery {
            cursor: String::new(),
            per: PER_PAGE_MAX,
            ..ListAddress::read(pairs).query
        };
        note_export(&auth, self.name, &query).await?;
        let name = self.name;
        let rest = Rest {
            file: self,
            auth,
            preferences: preferences(headers),
            query,
            begun: false,
        };
        let headers = [
            (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (
                CONTENT_DISPOSITION,
                format!("attachment; filename=\"{name}.csv\""),
            ),
            (CACHE_CONTROL, "no-store".to_owned()),
        ];
        let lines = stream::try_unfold(Some(rest), async |rest| match rest {
            Some(rest) => rest.part().await.map(Some),
            None => Ok(None),
        });
        Ok((headers, Body::from_stream(lines)).into_response())
    }
}

impl<P: Permission, T: 'static> Rest<P, T> {
    /// The next lines, and what is left after them. It ends without its end, so that the browser tells, where session or right
    /// are gone meanwhile.
    async fn part(mut self) -> Result<(Bytes, Option<Self>), Error> {
        if self.begun && !self.auth.still_holds().await? {
            return Err(Fault::SignIn.into());
        }
        let zone = self.preferences.zone_minutes;
        let page = (self.file.page)(&self.auth, self.query.clone(), zone).await?;
        let text = self.lines(&page.rows);
        self.begun = true;
        let rest = page.next.map(|cursor| {
            self.query.cursor = cursor;
            self
        });
        Ok((text.into(), rest))
    }

    /// In the language and the zone of the reader.
    fn lines(&self, rows: &[T]) -> String {
        Owner::new().with(|| {
            provide_context(self.preferences);
            let columns = (self.file.columns)();
            let head = if self.begun {
                String::new()
            } else {
                lists::head(&columns)
            };
            head + &lists::rows(&columns, rows)
        })
    }
}

fn preferences(headers: &HeaderMap) -> Preferences {
    let header = |name| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    Preferences::from_headers(header(COOKIE), header(ACCEPT_LANGUAGE), 0)
}
