"""The part of judgement that is the same for every assignment."""
