//! What a search by [`Words`] does: it finds out whether few rows hold the words or many do, and gets its page accordingly.

use std::collections::HashMap;

use domain::page::Total;
use sqlx::{AssertSqlSafe, SqlSafeStr as _};
use uuid::Uuid;

use super::cursor::{Cursor, Direction, Key};
use super::search::{self, Terms};
use super::text::{self, By, Part, Shape, Way};
use super::{Found, Place, Words, up_to};
use crate::{Args, Error, Result, Row, Tx, Value};

/// What a search came to.
pub(super) struct Sought<'a> {
    words: &'static Words,
    terms: &'a Terms,
    pub total: Total,
    /// The numbers of the rows, parted by commas, if they are few.
    rows: Option<String>,
    opening: Option<Opening>,
}

/// The names that begin with the word, where they come first.
struct Opening {
    from: String,
    to: String,
}

impl Opening {
    fn of(place: &Place<'_>, words: &Words, terms: &Terms) -> Option<Self> {
        let word = terms
            .single()
            .filter(|_| place.shape.sort.column == words.short)?;
        let (from, to) = search::begun(word);
        Some(Self { from, to })
    }

    /// Compared as the databases do.
    fn holds(&self, key: &Key) -> bool {
        matches!(key, Key::Text(key) if *key >= self.from && *key < self.to)
    }

    fn push(&self, args: &mut Args) {
        args.push(Value::Text(Some(self.from.clone())));
        args.push(Value::Text(Some(self.to.clone())));
    }

    /// Behind the last of these names, to go back from. No row has this key and this id.
    fn end(&self, descending: bool) -> Cursor {
        let (key, id) = if descending {
            (self.from.clone(), Uuid::nil())
        } else {
            (format!("{}\u{10FFFE}", self.from), Uuid::max())
        };
        Cursor {
            direction: Direction::Previous,
            key: Key::Text(key),
            id,
        }
    }
}

/// Rows that a page of many is looked for in, for each row wanted. Where one row in a hundred holds the words, the page is full
/// by then; where fewer do, or none at that end of the order, putting all of them in order is cheaper.
const WALK: i64 = 100;

impl Tx {
    /// Which rows hold the words and pass the filters, or that these are more than `few`.
    pub(super) async fn seek<'a>(
        &mut self,
        place: &Place<'_>,
        words: &'static Words,
        terms: &'a Terms,
        few: u64,
    ) -> Result<Sought<'a>> {
        let (count, shape) = (terms.count(), &place.shape);
        // Few rows pass the filters: looking at each is quicker than asking for words that many have.
        let filtered = match place.by_index() {
            Some(narrowed) => matches!(self.count(&narrowed).await?, Total::Exact(_)),
            None => false,
        };
        let query = if text::by_fts(shape.engine, count) && !filtered {
            Some(self.query(place, words, terms).await?)
        } else {
            None
        };
        let by = match &query {
            None => By::Conditions,
            Some(query)
                if query.exact
                    && count.short == 0
                    && shape.filters.is_empty()
                    && place.list.scope_values() == 0 =>
            {
                By::IndexAlone
            }
            Some(_) => By::Index,
        };
        let mut args = if by == By::IndexAlone {
            Args::default()
        } else {
            place.args.clone()
        };
        if let Some(query) = query {
            args.push(Value::Text(Some(place.fts(words, &query.query))));
        }
        if by != By::IndexAlone {
            terms.push_all(&mut args);
        }
        let text = text::find(place.list, words, shape, count, by);
        let (number, rows) = self.find(text, args, few).await?;
        let total = up_to(few, number);
        let rows = matches!(total, Total::Exact(_)).then_some(rows);
        Ok(Sought {
            words,
            terms,
            total,
            rows,
            opening: Opening::of(place, words, terms),
        })
    }

    /// What to ask FTS5 for.
    async fn query(&mut self, place: &Place<'_>, words: &Words, terms: &Terms) -> Result<search::Match> {
        let probe = AssertSqlSafe(text::probe(place.list, words)).into_sql_str();
        let grams =
            serde_json::to_string(&terms.probes()).map_err(|error| Error::Argument(error.to_string()))?;
        let limit = Value::Int(Some(search::SAMPLE));
        let hits = self
            .fetch(probe, Args::new(vec![Value::Text(Some(grams)), limit]))
            .await?
            .decode(|row| Ok((row.at(0)?.text()?, row.at(1)?.int()?)))?;
        Ok(terms.query(&hits.into_iter().collect::<HashMap<_, _>>()))
    }

    /// How many rows a text of [`text::find`] finds, up to `few` and one more, and their numbers.
    async fn find(&mut self, text: String, mut args: Args, few: u64) -> Result<(i64, String)> {
        let limit = i64::try_from(few).unwrap_or(i64::MAX).saturating_add(1);
        args.push(Value::Int(Some(limit)));
        let found = self
            .fetch(AssertSqlSafe(text).into_sql_str(), args)
            .await?
            .decode(|row| Ok((row.at(0)?.int()?, row.at(1)?.text()?)))?;
        Ok(found.into_iter().next().unwrap_or_default())
    }

    /// A page of what was sought. In the order by name, those come first whose name begins with the single word: an index has
    /// them in order, however many they are.
    pub(super) async fn searched<R: Row>(
        &mut self,
        place: &Place<'_>,
        sought: &Sought<'_>,
        cursor: Option<&Cursor>,
    ) -> Result<Found<R>> {
        let Some(opening) = &sought.opening else {
            return self.part(place, sought, Part::Whole, cursor).await;
        };
        let backwards = cursor.is_some_and(|cursor| cursor.direction == Direction::Previous);
        let mut before = cursor.is_some();
        let mut at = cursor;
        if cursor.is_none_or(|cursor| opening.holds(&cursor.key)) {
            let mut found = self.opening(place, opening, cursor).await?;
            if found.full || backwards {
                return Ok(found);
            }
            if sought.rows.is_none() && !found.rows.is_empty() {
                found.after = self.others_follow(place, sought, opening).await?;
                return Ok(found);
            }
            // Nothing is left of them: the others follow from their start.
            at = None;
        }
        if let Some(rows) = &sought.rows {
            let mut args = place.args.clone();
            opening.push(&mut args);
            args.push(Value::Text(Some(rows.clone())));
            if let Some(cursor) = cursor {
                let [begun, others] = text::ranks(place.shape.descending);
                let rank = if opening.holds(&cursor.key) { begun } else { others };
                args.push(Value::Int(Some(rank)));
            }
            return self
                .page(place, Part::Both, Way::Gather, args, cursor, None)
                .await;
        }
        let mut found = self.part(place, sought, Part::Others, at).await?;
        let end = opening.end(place.shape.descending);
        if backwards && !found.full {
            let last = self.opening::<R>(place, opening, Some(&end)).await?;
            if found.rows.is_empty() {
                return Ok(last);
            }
            before = !last.rows.is_empty();
        }
        if at.is_none() || backwards && !found.full {
            found.first = Some(end.write(place.shape.sort, place.shape.descending));
        }
        found.before = before;
        Ok(found)
    }

    /// A page of the rows whose name begins with the word.
    async fn opening<R: Row>(
        &mut self,
        place: &Place<'_>,
        opening: &Opening,
        cursor: Option<&Cursor>,
    ) -> Result<Found<R>> {
        let mut args = place.args.clone();
        opening.push(&mut args);
        self.page(place, Part::Opening, Way::Plain, args, cursor, None)
            .await
    }

    /// Whether any row has the word elsewhere.
    async fn others_follow(
        &mut self,
        place: &Place<'_>,
        sought: &Sought<'_>,
        opening: &Opening,
    ) -> Result<bool> {
        let terms = sought.terms;
        let mut args = place.args.clone();
        opening.push(&mut args);
        let of_part = |part| Shape {
            part,
            ..place.shape.clone()
        };
        let begun = Place {
            shape: of_part(Part::Opening),
            args: args.clone(),
            ..*place
        };
        if let (Total::Exact(begun), Total::AtLeast(few)) = (self.count(&begun).await?, sought.total)
            && begun <= few
        {
            return Ok(true);
        }
        let by = if text::by_fts(place.shape.engine, terms.count()) {
            let query = terms.query(&HashMap::new()).query;
            args.push(Value::Text(Some(place.fts(sought.words, &query))));
            By::Index
        } else {
            By::Conditions
        };
        terms.push_all(&mut args);
        let text = text::find(
            place.list,
            sought.words,
            &of_part(Part::Others),
            terms.count(),
            by,
        );
        let (number, _) = self.find(text, args, 0).await?;
        Ok(number > 0)
    }

    /// A page of all that was sought or of the others: few rows are put in order; of many, those come first that stand first in
    /// the order, if they are found there soon.
    async fn part<R: Row>(
        &mut self,
        place: &Place<'_>,
        sought: &Sought<'_>,
        part: Part,
        cursor: Option<&Cursor>,
    ) -> Result<Found<R>> {
        let (terms, mut args) = (sought.terms, place.args.clone());
        if let Some(rows) = &sought.rows {
            args.push(Value::Text(Some(rows.clone())));
            return self.page(place, part, Way::Gather, args, cursor, None).await;
        }
        if let (Part::Others, Some(opening)) = (part, &sought.opening) {
            opening.push(&mut args);
        }
        let count = terms.count();
        // By the column that short words begin, the way of all is by its index already.
        if count.long > 0 || place.shape.sort.column != sought.words.short {
            let mut args = args.clone();
            terms.push_all(&mut args);
            let wanted = i64::from(place.limit) + 1;
            let found = self
                .page(place, part, Way::Walk(count), args, cursor, Some(wanted * WALK))
                .await?;
            if found.full {
                return Ok(found);
            }
        }
        if text::by_fts(place.shape.engine, count) {
            // What is wanted now are the words themselves: nothing is known to be rare.
            let query = terms.query(&HashMap::new()).query;
            args.push(Value::Text(Some(place.fts(sought.words, &query))));
            terms.push_short(&mut args);
        } else {
            terms.push_all(&mut args);
        }
        self.page(place, part, Way::GatherAll(count), args, cursor, None)
            .await
    }
}
