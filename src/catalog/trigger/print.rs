//! A trigger as text, with no more parentheses than it needs.

use std::fmt;

use super::{Comparison, End, Name, Operand, Trigger, Way};

impl Comparison {
    const ALL: [Self; 6] =
        [Self::Equal, Self::NotEqual, Self::Less, Self::LessOrEqual, Self::Greater, Self::GreaterOrEqual];

    /// The comparison with that sign.
    pub fn from_sign(sign: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|comparison| comparison.sign() == sign)
    }

    /// Its sign.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.end {
            Some(End::Source) => write!(f, "source.{}", self.attribute),
            Some(End::Target) => write!(f, "target.{}", self.attribute),
            None => f.write_str(&self.attribute),
        }
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Word(word) => f.write_str(word),
            Self::Name(name) => name.fmt(f),
        }
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(name) => name.fmt(f),
            Self::Compare(name, sign, operand) => write!(f, "{name} {} {operand}", sign.sign()),
            Self::In(name, words) => write!(f, "{name} in [{}]", words.join(",")),
            Self::Not(inner) if matches!(**inner, Self::And(_) | Self::Or(_)) => write!(f, "not ({inner})"),
            Self::Not(inner) => write!(f, "not {inner}"),
            Self::And(parts) => joined(f, parts, " and ", |part| matches!(part, Self::And(_) | Self::Or(_))),
            Self::Or(parts) => joined(f, parts, " or ", |part| matches!(part, Self::Or(_))),
            Self::Exists(way, inner) => {
                let way = match way {
                    Way::Inflow => "inflow",
                    Way::Outflow => "outflow",
                    Way::Flow => "flow",
                };
                write!(f, "exists {way} where ({inner})")
            }
            Self::Bypassed => f.write_str("exists path where (bypasses this element)"),
            Self::SpansTrust => f.write_str("element in multiple boundaries with different trust_level"),
        }
    }
}

fn joined(
    f: &mut fmt::Formatter<'_>,
    parts: &[Trigger],
    word: &str,
    wrapped: fn(&Trigger) -> bool,
) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(word)?;
        }
        if wrapped(part) {
            write!(f, "({part})")?;
        } else {
            write!(f, "{part}")?;
        }
    }
    Ok(())
}
