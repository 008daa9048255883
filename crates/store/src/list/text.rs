//! The texts of a list, put together from its fixed fragments. Nothing from outside gets in here but through `$n`.
//!
//! Values of every text, where it has them: scope, search, filters, bounds of the names that begin with the word, rows found or
//! query of the index, words, place (part, key, id), rows to walk over, limit.

use domain::page::COUNT_LIMIT;

use super::cursor::Direction;
use super::filter::Chosen;
use super::search::{self, Count};
use super::{List, Sort, Words};
use crate::Engine;

/// Which of its texts is wanted.
#[derive(Clone)]
pub(super) struct Shape<'a> {
    pub engine: Engine,
    pub sort: &'a Sort,
    pub descending: bool,
    pub searching: bool,
    pub filters: Vec<Chosen>,
    /// Whether it goes on from a cursor, and where to.
    pub from: Option<Direction>,
    pub part: Part,
    pub way: Way,
}

impl Shape<'_> {
    /// Whether the order is the list's own, which the indexes of its filters have too.
    pub(super) fn own_order(&self, list: &List) -> bool {
        list.sorts
            .first()
            .is_some_and(|own| own.column == self.sort.column)
    }
}

/// What of the rows found is wanted: in the order by name, a single word brings those first whose name begins with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All, in no parts.
    Whole,
    /// Those whose name begins with the word. They hold it, so nothing else is asked for.
    Opening,
    /// All others.
    Others,
    /// Both, one after the other.
    Both,
}

/// How the rows of a page are come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// All that the conditions let through, in their order, by the index of the order.
    Plain,
    /// Few rows hold the words: these, by their numbers, put in order.
    Gather,
    /// Many do: along the index of the order, over so many rows at most, until the page is full.
    Walk(Count),
    /// Many do, but none where the order begins: all of them, put in order.
    GatherAll(Count),
}

/// How [`find`] comes by the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// FTS5 knows the words themselves, and nothing else of a row has to be looked at.
    IndexAlone,
    /// FTS5 finds rows that may hold the words, and each is looked at.
    Index,
    /// By the conditions: the index of a filter, of short words, or what PostgreSQL knows of all of these.
    Conditions,
}

impl List {
    /// How many values the scope takes: the highest `$n` of the fixed fragments.
    pub(super) fn scope_values(&self) -> usize {
        [self.select, self.from, self.scope]
            .into_iter()
            .flat_map(placeholders)
            .max()
            .unwrap_or(0)
    }
}

fn placeholders(text: &str) -> impl Iterator<Item = usize> {
    text.split('$').skip(1).filter_map(|rest| {
        let digits = rest
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(rest.len());
        rest.get(..digits)?.parse().ok()
    })
}

pub(super) fn page(list: &List, shape: &Shape<'_>) -> String {
    let Conditions {
        mut clauses,
        filters,
        mut used,
        begins,
    } = conditions(list, shape);
    // In an order that a filter has no index for, the walk looks at each row; else it goes over those alone that pass.
    let walks = matches!(shape.way, Way::Walk(_));
    let mut kept = Vec::new();
    for (filter, condition) in shape.filters.iter().zip(filters) {
        if walks && !(filter.ordered && shape.own_order(list)) {
            kept.push(condition);
        } else {
            clauses.push(condition);
        }
    }
    let mut from = list.from.to_owned();
    if let Some(words) = list.words() {
        match shape.way {
            Way::Plain | Way::Walk(_) => {}
            Way::Gather => {
                used += 1;
                clauses.push(format!("{} = hit.place", words.number));
                from = format!("{} cross join {from}", numbered(shape.engine, used));
            }
            Way::GatherAll(count) if by_fts(shape.engine, count) => {
                used += 1;
                clauses.push(format!("{} = hit.place", words.number));
                from = format!("{} cross join {from}", hits(words, used));
                clauses.extend(search::short_conditions(count, words.text, words.short, used + 1));
                used += 2 * count.short;
            }
            Way::GatherAll(count) => {
                clauses.extend(search::conditions(count, words.text, words.short, used + 1));
                used += 2 * (count.long + count.short);
            }
        }
    }
    let walking = match (shape.way, list.words()) {
        (Way::Walk(count), Some(words)) => {
            let mut tests = search::conditions(count, "list_words", "list_short", used + 1);
            used += 2 * (count.long + count.short);
            tests.extend((0..kept.len()).map(|filter| format!("list_kept{filter}")));
            Some((words, tests))
        }
        _ => None,
    };
    let backwards = shape.from == Some(Direction::Previous);
    let down = shape.descending != backwards;
    let column = shape.sort.column;
    let mut order = vec![column.to_owned(), list.id.to_owned()];
    if shape.part == Part::Both {
        let [opening, others] = ranks(shape.descending);
        order.insert(0, format!("case when {begins} then {opening} else {others} end"));
    }
    if shape.from.is_some() {
        let beyond = if down { "<" } else { ">" };
        let place: Vec<String> = (1..=order.len()).map(|n| format!("${}", used + n)).collect();
        clauses.push(format!("({}) {beyond} ({})", order.join(", "), place.join(", ")));
        used += place.len();
    }
    let direction = if down { "desc" } else { "asc" };
    let mut more = Vec::new();
    if let Some((words, _)) = &walking {
        more.push(format!(
            ", {} as list_words, {} as list_short",
            words.text, words.short
        ));
        let kept = kept.iter().enumerate();
        more.extend(kept.map(|(number, filter)| format!(", ({filter}) as list_kept{number}")));
    }
    let more = more.concat();
    let rows = format!(
        "select {}, {column} as list_sort, {} as list_id{more} from {from}{} order by {} {direction} limit ${}",
        list.select,
        list.id,
        whole(&clauses),
        order.join(&format!(" {direction}, ")),
        used + 1
    );
    match walking {
        None => rows,
        // The rows stay in the order in which they are walked over, which the limit inside fixes; an order outside would make the
        // database look at all of them before it answers with the first.
        Some((_, tests)) => format!(
            "select * from ({rows}) as walked{} limit ${}",
            whole(&tests),
            used + 2
        ),
    }
}

/// What the names that begin with the word and the others are to [`Part::Both`], so that in either direction those stand first.
pub(super) fn ranks(descending: bool) -> [i64; 2] {
    if descending { [1, 0] } else { [0, 1] }
}

/// How many rows there are. Stops counting where the exact number no longer matters.
pub(super) fn count(list: &List, shape: &Shape<'_>) -> String {
    let clauses = conditions(list, shape).all();
    format!(
        "select count(*) from (select 1 as one from {}{} limit {}) as counted",
        list.from,
        whole(&clauses),
        COUNT_LIMIT + 1
    )
}

/// The numbers of the rows that hold the words and pass the filters, and how many they are; as many as the limit at most.
pub(super) fn find(list: &List, words: &Words, shape: &Shape<'_>, count: Count, by: By) -> String {
    let numbers = match shape.engine {
        Engine::Sqlite => "group_concat(number)",
        Engine::Postgres => "string_agg(cast(number as text), ',')",
    };
    let found = if by == By::IndexAlone {
        format!(
            "select rowid as number from {index} where {index} match $1 limit $2",
            index = words.index
        )
    } else {
        let conditions = conditions(list, shape);
        let mut used = conditions.used;
        let mut clauses = conditions.all();
        let mut from = list.from.to_owned();
        if by == By::Index {
            used += 1;
            clauses.push(format!("{} = hit.place", words.number));
            from = format!("{} cross join {from}", hits(words, used));
        }
        clauses.extend(search::conditions(count, words.text, words.short, used + 1));
        used += 2 * (count.long + count.short);
        format!(
            "select {} as number from {from}{} limit ${}",
            words.number,
            whole(&clauses),
            used + 1
        )
    };
    format!("select count(*), coalesce({numbers}, '') from ({found}) as found")
}

/// About how many rows hold each of some trigrams: how far one has to go for the first few of them. Values: the trigrams as
/// JSON, how many are the first few. PostgreSQL knows by itself which are rare.
pub(super) fn probe(list: &List, words: &Words) -> String {
    format!(
        "select gram.value, (select case when count(*) < $2 then count(*) \
                                         else $2 * (select max({number}) from {from}) / max(place) end \
                               from (select rowid as place from {index} where {index} match gram.value limit $2)) \
           from json_each($1) as gram",
        number = words.number,
        from = list.from,
        index = words.index
    )
}

/// Whether the words are found by FTS5.
pub(super) fn by_fts(engine: Engine, count: Count) -> bool {
    engine == Engine::Sqlite && count.long > 0
}

/// The rows that FTS5 finds.
fn hits(words: &Words, value: usize) -> String {
    let index = words.index;
    format!("(select rowid as place from {index} where {index} match ${value}) as hit")
}

/// The rows whose numbers stand in a value, parted by commas.
fn numbered(engine: Engine, value: usize) -> String {
    match engine {
        Engine::Sqlite => format!("(select value as place from json_each('[' || ${value} || ']')) as hit"),
        Engine::Postgres => {
            format!("unnest(cast(string_to_array(${value}, ',') as bigint[])) as hit(place)")
        }
    }
}

/// Searches of more words repeat the conditions of these.
const COUNTS: [Count; 4] = [
    Count { long: 1, short: 0 },
    Count { long: 0, short: 1 },
    Count { long: 1, short: 1 },
    Count { long: 2, short: 0 },
];
/// Filters alone.
const NO_WORDS: Count = Count { long: 0, short: 0 };

/// Every text that the list can make, for SQLite and PostgreSQL.
pub(super) fn all(list: &'static List) -> Vec<(String, String)> {
    let conditions = list.filters.iter().map(|filter| filter.all(list));
    let conditions: Vec<Vec<Chosen>> = conditions.collect();
    let mut filters: Vec<Vec<Chosen>> = vec![Vec::new()];
    filters.extend(conditions.iter().flatten().map(|filter| vec![filter.clone()]));
    if list.filters.len() > 1 {
        filters.push(conditions.iter().filter_map(|all| all.first().cloned()).collect());
    }
    let searches: &[bool] = if list.search.is_empty() {
        &[false]
    } else {
        &[false, true]
    };
    let mut texts = Vec::new();
    for searching in searches {
        for filters in &filters {
            for sort in list.sorts {
                let shape = Shape {
                    engine: Engine::Sqlite,
                    sort,
                    descending: false,
                    searching: *searching,
                    filters: filters.clone(),
                    from: None,
                    part: Part::Whole,
                    way: Way::Plain,
                };
                of_order(list, &shape, &mut texts);
            }
        }
    }
    texts
}

/// The texts of one order and some filters.
fn of_order(list: &'static List, shape: &Shape<'_>, texts: &mut Vec<(String, String)>) {
    let both = |shape: &Shape<'_>, text: &dyn Fn(&Shape<'_>) -> String| {
        let on = |engine| {
            text(&Shape {
                engine,
                ..shape.clone()
            })
        };
        (on(Engine::Sqlite), on(Engine::Postgres))
    };
    let of_part = |part| Shape {
        part,
        ..shape.clone()
    };
    let own = shape.own_order(list);
    // Where a filter stands for a word, there is a word, and none that a name may begin with.
    let sought = list.words().is_some();
    let filtered = sought && shape.filters.iter().any(|filter| !filter.indexed);
    let mut ways = Vec::new();
    if !(sought && shape.filters.iter().any(|filter| !filter.ordered)) {
        ways.push((Part::Whole, Way::Plain));
    }
    if own && !filtered {
        texts.push(both(shape, &|shape| count(list, shape)));
    }
    if let Some(words) = list.words() {
        let counts = COUNTS
            .into_iter()
            .chain((!shape.filters.is_empty()).then_some(NO_WORDS));
        let counts: Vec<Count> = counts.filter(|count| !filtered || count.long > 0).collect();
        ways.push((Part::Whole, Way::Gather));
        ways.extend(counts.iter().map(|count| (Part::Whole, Way::Walk(*count))));
        ways.extend(counts.iter().map(|count| (Part::Whole, Way::GatherAll(*count))));
        if own {
            let finds = |shape: &Shape<'_>, count, by| {
                both(shape, &|shape| {
                    let on_both = shape.engine == Engine::Sqlite || by == By::Conditions;
                    find(
                        list,
                        words,
                        shape,
                        count,
                        if on_both { by } else { By::Conditions },
                    )
                })
            };
            texts.push((probe(list, words), finds(shape, COUNTS[0], By::Conditions).1));
            for count in counts {
                texts.push(finds(shape, count, By::Conditions));
                if count.long > 0 {
                    texts.push(finds(shape, count, By::Index));
                }
                if count.long > 0 && count.short == 0 && shape.filters.is_empty() {
                    texts.push(finds(shape, count, By::IndexAlone));
                }
            }
            if !filtered {
                texts.push(both(&of_part(Part::Opening), &|shape| count(list, shape)));
                texts.push(finds(&of_part(Part::Others), COUNTS[0], By::Index));
                ways.extend([
                    (Part::Opening, Way::Plain),
                    (Part::Both, Way::Gather),
                    (Part::Others, Way::Walk(COUNTS[0])),
                    (Part::Others, Way::GatherAll(COUNTS[0])),
                ]);
            }
        }
    }
    for (part, way) in ways {
        for descending in [false, true] {
            for from in [None, Some(Direction::Next), Some(Direction::Previous)] {
                let shape = Shape {
                    descending,
                    from,
                    part,
                    way,
                    ..shape.clone()
                };
                texts.push(both(&shape, &|shape| page(list, shape)));
            }
        }
    }
}

/// The conditions of a text that come before all others.
struct Conditions {
    clauses: Vec<String>,
    filters: Vec<String>,
    /// The number of the last value in them.
    used: usize,
    /// That a name begins with the word, where there are parts.
    begins: String,
}

impl Conditions {
    fn all(mut self) -> Vec<String> {
        self.clauses.append(&mut self.filters);
        self.clauses
    }
}

fn conditions(list: &List, shape: &Shape<'_>) -> Conditions {
    let mut used = list.scope_values();
    let (mut clauses, mut filters, mut begins) = (Vec::new(), Vec::new(), String::new());
    if !list.scope.is_empty() {
        clauses.push(list.scope.to_owned());
    }
    if shape.searching {
        used += 1;
        let search = list.search.replace(":search", &format!("${used}"));
        used += usize::from(list.takes_typed());
        clauses.push(search.replace(":typed", &format!("${used}")));
    }
    for filter in &shape.filters {
        used += usize::from(filter.takes_value());
        filters.push(filter.condition.replace(":value", &format!("${used}")));
    }
    if let (Some(words), Part::Opening | Part::Others | Part::Both) = (list.words(), shape.part) {
        let short = words.short;
        begins = format!("{short} >= ${} and {short} < ${}", used + 1, used + 2);
        used += 2;
        match shape.part {
            Part::Opening => clauses.push(begins.clone()),
            // Not written as "before or after": SQLite would look for both apart and sort them.
            Part::Others => clauses.push(format!("not ({begins})")),
            Part::Whole | Part::Both => {}
        }
    }
    Conditions {
        clauses,
        filters,
        used,
        begins,
    }
}

fn whole(clauses: &[String]) -> String {
    if clauses.is_empty() {
        String::new()
    } else {
        format!(" where ({})", clauses.join(") and ("))
    }
}
