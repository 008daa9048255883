//! Somebody else has saved meanwhile (fault F30): nothing typed is lost, what they saved stands beside it, and the next submit puts
//! it in its place.

use domain::Conflict;
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ui::{Cell, FieldFault, HeadCell, Note, Row, Table, Tone};

use super::{FormState, loaded};
use crate::error::AppError;
use crate::texts::{Overtaken, texts};

/// A field with what is saved of it and what was typed.
pub struct Difference {
    pub label: &'static str,
    pub theirs: String,
    pub yours: String,
}

impl Difference {
    /// Of a field whose text is in `typed`.
    pub fn new(label: &'static str, theirs: &str, typed: RwSignal<String>) -> Self {
        let (theirs, yours) = (theirs.to_owned(), typed.get_untracked());
        Self { label, theirs, yours }
    }
}

/// Whether a form was refused because somebody else has saved meanwhile.
fn is_overtaken(form: FormState) -> bool {
    form.conflict() == Some(Conflict::Stale)
}

/// What is wrong with a form, unless it is only that somebody was faster: [`overtaken`] says that better.
pub fn summary_unless_overtaken(
    form: FormState,
    labels: Vec<(&'static str, &'static str)>,
) -> Signal<Vec<FieldFault>> {
    let all = form.summary_of(labels);
    Signal::derive(move || if is_overtaken(form) { Vec::new() } else { all.get() })
}

/// Says that somebody else has saved meanwhile, once a form was refused for it, and shows what `saved` makes of it.
pub fn overtaken<V: IntoView + 'static>(
    form: FormState,
    saved: impl Fn() -> V + Send + Sync + 'static,
) -> impl IntoView {
    let t = texts::<Overtaken>();
    let saved = StoredValue::new(saved);
    move || {
        is_overtaken(form).then(|| {
            let saved = saved.with_value(|saved| saved().into_any());
            view! {
                <Note tone=Tone::Warn title=t.title live=true>
                    <p>{t.text}</p>
                </Note>
                {saved}
            }
        })
    }
}

/// The version that a form is about: the one that was shown, and the newest once somebody was faster, with what differs. `newest`
/// fetches what is saved now; `compared` says its version and the fields of the form.
pub fn versioned<T, F>(
    form: FormState,
    shown: i64,
    newest: impl Fn() -> F + Send + Sync + 'static,
    compared: impl Fn(&T) -> (i64, Vec<Difference>) + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<T, AppError>> + Send + 'static,
{
    let version = RwSignal::new(shown);
    let fresh = Resource::new(
        move || is_overtaken(form),
        move |overtaken| {
            let newest = overtaken.then(&newest);
            async move {
                match newest {
                    Some(newest) => newest.await.map(Some),
                    None => Ok(None),
                }
            }
        },
    );
    let compared = StoredValue::new(compared);
    let compare = move |now: Option<T>| {
        now.map(|now| {
            let (newest, fields) = compared.with_value(|compared| compared(&now));
            version.set(newest);
            let fields = StoredValue::new(fields);
            overtaken(form, move || fields.with_value(|fields| table(fields)))
        })
    };
    view! {
        {loaded(fresh, compare)}
        <input type="hidden" name="draft[version]" prop:value=move || version.get().to_string() value=version.get_untracked().to_string()/>
    }
}

/// The fields that differ.
fn table(fields: &[Difference]) -> impl IntoView + use<> {
    let t = texts::<Overtaken>();
    let rows: Vec<_> = fields
        .iter()
        .filter(|field| field.theirs.trim() != field.yours.trim())
        .map(|field| {
            let (label, theirs, yours) = (field.label, field.theirs.clone(), field.yours.clone());
            view! {
                <Row>
                    <Cell label=t.field main=true>{label}</Cell>
                    <Cell label=t.theirs>{theirs}</Cell>
                    <Cell label=t.yours>{yours}</Cell>
                </Row>
            }
        })
        .collect();
    let head =
        move || view! { <HeadCell label=t.field/> <HeadCell label=t.theirs/> <HeadCell label=t.yours/> };
    (!rows.is_empty()).then(|| view! { <Table caption=t.title head>{rows}</Table> })
}
