use leptos::{children::ViewFnOnce, prelude::*};

use crate::{Glyph, Icon, words::words};

/// Where a step stands; computed from data by the caller, never ticked by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepState {
    Done,
    Now,
    #[default]
    Later,
}

/// A check list in order; `Step`s are its children.
#[component]
pub fn Steps(children: Children) -> impl IntoView {
    view! { <ol class="steps">{children()}</ol> }
}

/// One step. The children say more about it; `action` is the way to do it.
#[component]
pub fn Step(
    state: StepState,
    /// Its place in the list, from 1.
    number: usize,
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] action: Option<ViewFnOnce>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let (class, current) = match state {
        StepState::Done => ("done", None),
        StepState::Now => ("now", Some("step")),
        StepState::Later => ("later", None),
    };
    let badge = if state == StepState::Done {
        view! {
            <Icon glyph=Glyph::Check/>
            <span class="visually-hidden">{words().done}</span>
        }
        .into_any()
    } else {
        number.to_string().into_any()
    };
    view! {
        <li class=class aria-current=current>
            <span class="n num">{badge}</span>
            <div class="steps__text">
                <span class="steps__title">{title}</span>
                {children.map(|children| view! { <div class="steps__more">{children()}</div> })}
            </div>
            {action.map(ViewFnOnce::run)}
        </li>
    }
}
