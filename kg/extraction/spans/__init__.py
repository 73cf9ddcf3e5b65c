"""The span model: a fine-tuned encoder that marks spans with a label, a polarity and a calibrated confidence.

Nothing here loads torch or ONNX before a model is read or trained.
"""

from kg.extraction.spans.decoding import Reading
from kg.extraction.spans.reader import SpanReader, load_reader
from kg.extraction.spans.words import Words, split_words

__all__ = ["Reading", "SpanReader", "Words", "load_reader", "split_words"]
