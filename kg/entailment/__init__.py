"""What implies what: a waterproof jacket is water resistant, never the reverse."""

from kg.entailment.consequences import Consequence, consequences
from kg.entailment.lattice import Concept, Lattice, Step, lattice

__all__ = ["Concept", "Consequence", "Lattice", "Step", "consequences", "lattice"]
