//! Forms: they work without script, tell every fault at once, and lose nothing that was typed.

use domain::{Conflict, Fault, Invalid, Reason};
use leptos::children::ViewFnOnce;
use leptos::ev::SubmitEvent;
use leptos::form::FromFormData as _;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use serde::de::DeserializeOwned;
use ui::{Button, ButtonKind, ButtonLink, Crumb, PageHead, Required, RequiredInformation, Tone, use_toasts};

use crate::error::AppError;
use crate::state::form_key::{FORM_KEY, new_form_key};
use crate::state::kept_form::KeptForm;
use crate::texts::{self, Forms};

/// What a form starts with and what was said about it: from the last answer, or from the refusal that the server kept.
#[derive(Clone, Copy)]
pub struct FormState {
    kept: StoredValue<Option<KeptForm>>,
    error: Signal<Option<AppError>>,
}

impl FormState {
    /// The state of the form on `page` that runs `action`.
    pub fn new<S>(action: ServerAction<S>, page: &str) -> Self
    where
        S: ServerFn<Error = AppError> + Send + Sync + Clone + 'static,
        S::Output: Send + Sync + Clone + 'static,
        S::Error: Send + Sync + 'static,
    {
        let (kept, refused) = kept_of(page);
        let value = action.value();
        let error = Signal::derive(move || match value.get() {
            Some(Ok(_)) => None,
            Some(Err(error)) => Some(error),
            None => refused.clone(),
        });
        Self {
            kept: StoredValue::new(kept),
            error,
        }
    }

    /// The state of a form on `page` that the browser posts to a plain route, with script too.
    pub fn posted(page: &str) -> Self {
        let (kept, refused) = kept_of(page);
        Self {
            kept: StoredValue::new(kept),
            error: Signal::stored(refused),
        }
    }

    /// Whether it starts with what was typed before.
    pub fn is_kept(self) -> bool {
        self.kept.with_value(Option::is_some)
    }

    /// What a field starts with.
    pub fn value(self, field: &str) -> RwSignal<String> {
        self.value_or(field, "")
    }

    /// What a field starts with, `usual` where nothing was typed yet.
    pub fn value_or(self, field: &str, usual: &str) -> RwSignal<String> {
        let typed = self
            .kept
            .with_value(|kept| kept.as_ref().map(|kept| kept.value(field)));
        RwSignal::new(typed.unwrap_or_else(|| usual.to_owned()))
    }

    /// Whether a box starts ticked.
    pub fn ticked(self, field: &str) -> RwSignal<bool> {
        RwSignal::new(
            self.kept
                .with_value(|kept| kept.as_ref().is_some_and(|kept| kept.value(field) == "true")),
        )
    }

    /// Why the present state of things forbids it, if that was the answer.
    pub fn conflict(self) -> Option<Conflict> {
        match self.error.get() {
            Some(AppError::Fault(Fault::Conflict { conflict })) => Some(conflict),
            _ => None,
        }
    }

    fn faults(self) -> Vec<(String, Reason)> {
        match self.error.get() {
            Some(AppError::Fault(Fault::Invalid(Invalid { fields }))) => fields
                .into_iter()
                .map(|fault| (fault.field, fault.reason))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Whether a field was refused for this reason.
    pub fn refused(self, field: &str, why: &Reason) -> bool {
        self.faults()
            .iter()
            .any(|(name, reason)| name == field && reason == why)
    }

    /// What is wrong with a field; for a list, with its lines.
    pub fn error(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            let lines = self.faults().into_iter().filter_map(|(name, reason)| {
                let rest = name.strip_prefix(field)?;
                let said = texts::reason(&reason);
                match rest.strip_prefix('.') {
                    Some(line) => Some(format!("{line}: {said}")),
                    None => rest.is_empty().then_some(said),
                }
            });
            let lines: Vec<String> = lines.collect();
            (!lines.is_empty()).then(|| lines.join(" "))
        })
    }

    /// Everything that is wrong, with links to the fields.
    pub fn summary(self) -> Signal<Vec<ui::FieldFault>> {
        self.summary_of(Vec::new())
    }

    /// Everything that is wrong, with links to the fields, each called by its label.
    pub fn summary_of(self, labels: Vec<(&'static str, &'static str)>) -> Signal<Vec<ui::FieldFault>> {
        Signal::derive(move || {
            let faults = self.faults();
            if faults.is_empty() {
                let said = self.error.get().map(|error| ui::FieldFault {
                    field: String::new(),
                    message: texts::said(&error),
                });
                return said.into_iter().collect();
            }
            let link = |(name, reason): (String, Reason)| {
                let (field, line) = name.split_once('.').unwrap_or((&name, ""));
                let said = texts::reason(&reason);
                let label = labels.iter().find(|(id, _)| *id == field);
                let label = label.map_or("", |(_, label)| label);
                let place = format!("{label} {line}");
                let message = match place.trim() {
                    "" => said,
                    place => format!("{place}: {said}"),
                };
                let field = field.to_owned();
                ui::FieldFault { field, message }
            };
            faults.into_iter().map(link).collect()
        })
    }
}

/// What was kept of the form on `page`, and why it was refused.
fn kept_of(page: &str) -> (Option<KeptForm>, Option<AppError>) {
    // Read on the server from the context of the request, and in the browser from the document: no call is made for it.
    let kept: Option<KeptForm> = SharedValue::new(use_context::<KeptForm>).into_inner();
    let kept = kept.filter(|kept| kept.page == page);
    let refused = kept.as_ref().filter(|kept| !kept.is_preview());
    let refused = refused.map(|kept| AppError::Fault(kept.fault.clone()));
    (kept, refused)
}

/// A check of one field while it is typed, by the rule that the server has too.
pub struct Plain;

impl Plain {
    pub fn check<T>(
        parse: impl Fn(&str) -> Result<T, Reason> + Send + Sync + 'static,
    ) -> Callback<String, Option<String>> {
        Callback::new(move |text: String| {
            let text = text.trim();
            if text.is_empty() {
                None
            } else {
                parse(text).err().map(|reason| texts::reason(&reason))
            }
        })
    }
}

/// Something that a form cannot do without: the field, its label, and whether it is there.
pub fn needed(
    field: &str,
    label: &'static str,
    filled: impl Fn() -> bool + Send + Sync + 'static,
) -> Required {
    Required {
        field: field.to_owned(),
        label: Signal::stored(label.to_owned()),
        filled: Signal::derive(filled),
    }
}

/// Whether nothing was typed.
pub fn is_blank(value: RwSignal<String>) -> bool {
    value.with(|text| text.trim().is_empty())
}

/// How often `action` was done. What is read anew by it stays as it is after a refusal, and with it what was typed.
pub fn times_done<S>(action: ServerAction<S>) -> Memo<usize>
where
    S: ServerFn<Error = AppError> + Send + Sync + Clone + 'static,
    S::Output: Send + Sync + Clone + 'static,
{
    let value = action.value();
    Memo::new(move |before: Option<&usize>| {
        let done = value.with(|value| matches!(value, Some(Ok(_))));
        before.copied().unwrap_or_default() + usize::from(done)
    })
}

/// Says in a short message that `action` was done.
pub fn say_when_done<S>(action: ServerAction<S>, text: &'static str)
where
    S: ServerFn<Error = AppError> + Send + Sync + Clone + 'static,
    S::Output: Send + Sync + Clone + 'static,
{
    let (value, toasts) = (action.value(), use_toasts());
    Effect::new(move |_| {
        if value.with(|value| matches!(value, Some(Ok(_)))) {
            toasts.say(Tone::Good, text);
        }
    });
}

/// The page of a form: where it belongs, the form itself, and beside it what is still missing.
#[component]
pub fn FormPage(
    title: &'static str,
    lead: &'static str,
    /// The list that the form adds to: name and address.
    list: (&'static str, &'static str),
    /// What the form does, as the last of the crumbs.
    here: &'static str,
    /// What the form cannot do without.
    needs: Vec<Required>,
    /// What else stands beside the form.
    #[prop(optional, into)]
    more: Option<ViewFnOnce>,
    children: Children,
) -> impl IntoView {
    let t = texts::texts::<Forms>();
    let crumbs = vec![
        Crumb {
            label: list.0.to_owned(),
            href: Some(list.1.to_owned()),
        },
        Crumb {
            label: here.to_owned(),
            href: None,
        },
    ];
    view! {
        <Title text=title/>
        <PageHead title lead crumbs/>
        <div class="form">
            {children()}
            <div class="aside">
                <RequiredInformation title=t.required complete=t.complete items=needs/>
                {more.map(ViewFnOnce::run)}
            </div>
        </div>
    }
}

/// The key of a form, so that what comes twice is done once.
#[component]
pub fn FormKey() -> impl IntoView {
    view! { <input type="hidden" name=FORM_KEY value=new_form_key()/> }
}

/// The end of a form, with its key: submit, or back to the list.
#[component]
pub fn FormActs(#[prop(into)] busy: Signal<bool>, back: &'static str) -> impl IntoView {
    let t = texts::texts::<Forms>();
    view! {
        <FormKey/>
        <div class="acts">
            <Button kind=ButtonKind::Primary submit=true busy>{t.submit}</Button>
            <ButtonLink href=back>{t.cancel}</ButtonLink>
        </div>
    }
}

/// A form with a file. Without script it is posted whole to `upload`; with script the file has been read into its text field
/// already, and the server function is called.
#[component]
pub fn UploadForm<S>(action: ServerAction<S>, upload: &'static str, children: Children) -> impl IntoView
where
    S: ServerFn<Error = AppError> + DeserializeOwned + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let submit = move |event: SubmitEvent| {
        // What cannot be read is left to the browser, which posts the form itself.
        if let Ok(input) = S::from_event(&event) {
            event.prevent_default();
            action.dispatch(input);
        }
    };
    view! {
        <form action=upload method="post" enctype="multipart/form-data" novalidate on:submit=submit>
            {children()}
        </form>
    }
}
