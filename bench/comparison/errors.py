"""What can go wrong for a user of the comparison."""


class ComparisonError(Exception):
    """One sentence for the user: what is wrong and what to do."""
