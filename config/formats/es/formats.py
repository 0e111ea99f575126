"""Numbers as Spanish-speaking people in the United States write them: 6.1 stays 6.1.

A result must read the same in every language; Django's Spanish would make it 6,1.
"""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
