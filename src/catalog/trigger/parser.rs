//! From tokens to a trigger. `not` binds tightest, then `and`, then `or`.

use super::lexer::{Token, tokens};
use super::{End, Name, Operand, Trigger, TriggerError, Way};

/// Deeper nesting is a mistake, and would only test the stack.
const MAX_DEPTH: usize = 64;

pub(super) fn parse(text: &str) -> Result<Trigger, TriggerError> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, end: text.chars().count() + 1, depth: 0 };
    let trigger = parser.any()?;
    match parser.peek() {
        None => Ok(trigger),
        Some(token) => {
            Err(parser.wrong(&format!("{} was not expected after a complete condition", token.words())))
        }
    }
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    at: usize,
    end: usize,
    depth: usize,
}

impl Parser {
    fn any(&mut self) -> Result<Trigger, TriggerError> {
        let mut parts = vec![self.all()?];
        while self.take_word("or") {
            parts.push(self.all()?);
        }
        Ok(alone_or(parts, Trigger::Or))
    }

    fn all(&mut self) -> Result<Trigger, TriggerError> {
        let mut parts = vec![self.one()?];
        while self.take_word("and") {
            parts.push(self.one()?);
        }
        Ok(alone_or(parts, Trigger::And))
    }

    fn one(&mut self) -> Result<Trigger, TriggerError> {
        if self.depth >= MAX_DEPTH {
            return Err(self.wrong("this is nested too deeply"));
        }
        self.depth += 1;
        let part = self.one_inside();
        self.depth -= 1;
        part
    }

    fn one_inside(&mut self) -> Result<Trigger, TriggerError> {
        if self.take_word("not") {
            return Ok(Trigger::Not(Box::new(self.one()?)));
        }
        if self.take(&Token::Open) {
            let inner = self.any()?;
            self.need(&Token::Close)?;
            return Ok(inner);
        }
        if self.take_word("exists") {
            return self.exists();
        }
        if self.phrase(&["element", "in", "multiple", "boundaries", "with", "different", "trust_level"]) {
            return Ok(Trigger::SpansTrust);
        }
        let name = self.name()?;
        if self.take_word("in") {
            return Ok(Trigger::In(name, self.words()?));
        }
        if let Some(Token::Sign(sign)) = self.peek() {
            let sign = *sign;
            self.at += 1;
            return Ok(Trigger::Compare(name, sign, self.operand()?));
        }
        Ok(Trigger::Is(name))
    }

    fn exists(&mut self) -> Result<Trigger, TriggerError> {
        let way = if self.take_word("inflow") {
            Way::Inflow
        } else if self.take_word("outflow") {
            Way::Outflow
        } else if self.take_word("flow") {
            Way::Flow
        } else if self.take_word("path") {
            self.need_word("where")?;
            self.need(&Token::Open)?;
            if !self.phrase(&["bypasses", "this", "element"]) {
                return Err(self.wrong("of paths only \"bypasses this element\" can be asked"));
            }
            self.need(&Token::Close)?;
            return Ok(Trigger::Bypassed);
        } else {
            return Err(self.wrong("after \"exists\" comes inflow, outflow, flow or path"));
        };
        self.need_word("where")?;
        self.need(&Token::Open)?;
        let inner = self.any()?;
        self.need(&Token::Close)?;
        Ok(Trigger::Exists(way, Box::new(inner)))
    }

    fn name(&mut self) -> Result<Name, TriggerError> {
        let first = self.word("the name of an attribute")?;
        if !self.take(&Token::Dot) {
            return Ok(Name { end: None, attribute: first });
        }
        let end = match first.as_str() {
            "source" => End::Source,
            "target" => End::Target,
            _ => {
                self.at -= 2;
                return Err(self.wrong("only source. and target. can stand before an attribute"));
            }
        };
        Ok(Name { end: Some(end), attribute: self.word("the name of an attribute")? })
    }

    fn operand(&mut self) -> Result<Operand, TriggerError> {
        if let Some(Token::Number(number)) = self.peek() {
            let number = *number;
            self.at += 1;
            return Ok(Operand::Number(number));
        }
        let name = self.name()?;
        Ok(if name.end.is_some() { Operand::Name(name) } else { Operand::Word(name.attribute) })
    }

    fn words(&mut self) -> Result<Vec<String>, TriggerError> {
        self.need(&Token::OpenList)?;
        let mut words = vec![self.word("a word")?];
        while self.take(&Token::Comma) {
            words.push(self.word("a word")?);
        }
        self.need(&Token::CloseList)?;
        Ok(words)
    }

    fn word(&mut self, wanted: &str) -> Result<String, TriggerError> {
        match self.peek() {
            Some(Token::Word(word)) if !RESERVED.contains(&word.as_str()) => {
                let word = word.clone();
                self.at += 1;
                Ok(word)
            }
            Some(other) => Err(self.wrong(&format!("{} stands where {wanted} belongs", other.words()))),
            None => Err(self.wrong(&format!("{wanted} is missing"))),
        }
    }

    /// Takes all of these words, or none.
    fn phrase(&mut self, words: &[&str]) -> bool {
        let found = words.iter().enumerate().all(|(offset, wanted)| {
            matches!(self.tokens.get(self.at + offset), Some((_, Token::Word(word))) if word == wanted)
        });
        if found {
            self.at += words.len();
        }
        found
    }

    fn take_word(&mut self, wanted: &str) -> bool {
        self.phrase(&[wanted])
    }

    fn need_word(&mut self, wanted: &str) -> Result<(), TriggerError> {
        if self.take_word(wanted) { Ok(()) } else { Err(self.missing(&format!("\"{wanted}\""))) }
    }

    fn take(&mut self, wanted: &Token) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn need(&mut self, wanted: &Token) -> Result<(), TriggerError> {
        if self.take(wanted) { Ok(()) } else { Err(self.missing(&wanted.words())) }
    }

    fn missing(&self, wanted: &str) -> TriggerError {
        match self.peek() {
            Some(other) => self.wrong(&format!("{} stands where {wanted} belongs", other.words())),
            None => self.wrong(&format!("{wanted} is missing")),
        }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(_, token)| token)
    }

    fn wrong(&self, message: &str) -> TriggerError {
        let column = self.tokens.get(self.at).map_or(self.end, |(column, _)| *column);
        TriggerError { column, message: message.to_owned() }
    }
}

const RESERVED: &[&str] = &["and", "or", "not", "in", "exists", "where"];

fn alone_or(mut parts: Vec<Trigger>, several: fn(Vec<Trigger>) -> Trigger) -> Trigger {
    match (parts.len(), parts.pop()) {
        (1, Some(part)) => part,
        (_, last) => {
            parts.extend(last);
            several(parts)
        }
    }
}
