use domain::operator::OperatorMe;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use ui::{Glyph, Icon};

use super::frame::{Around, Person};
use crate::api::operator::session::{SignOut, me};
use crate::paths;
use crate::texts::{Frame, Operator, SupportTexts, texts};

/// The frame of the operators' pages.
#[component]
pub fn OperatorFrame() -> impl IntoView {
    let (t, operator) = (texts::<Frame>(), texts::<Operator>().role);
    let me = Resource::new(|| (), |()| me());
    let sign_out = ServerAction::<SignOut>::new();
    let person = view! {
        <Suspense>
            {move || Suspend::new(async move {
                me.await.ok().map(|me| view! { <Person name=me.name detail=operator.to_owned()/> })
            })}
        </Suspense>
    };
    let navigation = move || {
        view! {
            <Suspense>
                {move || Suspend::new(async move { me.await.ok().map(|me| view! { <OperatorNavigation me/> }) })}
            </Suspense>
        }
    };
    let leave = view! {
        <ActionForm action=sign_out>
            <button class="button" type="submit">{t.sign_out}</button>
        </ActionForm>
    };
    view! { <Around home=paths::REGISTRATIONS navigation=ViewFn::from(navigation) person=person.into_any() leave=leave.into_any()/> }
}

#[component]
fn OperatorNavigation(me: OperatorMe) -> impl IntoView {
    let (t, frame, cases) = (texts::<Operator>(), texts::<Frame>(), texts::<SupportTexts>());
    let path = use_location().pathname;
    let here = move |href: &'static str| path.get().starts_with(href).then_some("page");
    let entry =
        move |href: &'static str, label: &'static str, glyph: Glyph, (count, of): (u64, &'static str)| {
            let count = (count > 0).then(|| {
                view! { <span class="faint num">{count}<span class="visually-hidden">" " {of}</span></span> }
            });
            view! {
                <a class="item" href=href aria-current=move || here(href)>
                    <Icon glyph/>
                    {label}
                    " "
                    {count}
                </a>
            }
        };
    view! {
        <nav class="nav" aria-label=frame.main_navigation>
            {entry(paths::REGISTRATIONS, t.registrations, Glyph::Check, (me.waiting, t.waiting))}
            {entry(paths::COMPANY_CASES, cases.title, Glyph::Support, (me.cases, cases.waiting))}
            {entry(paths::ACCOUNTS, t.accounts, Glyph::Users, (0, ""))}
        </nav>
    }
}
