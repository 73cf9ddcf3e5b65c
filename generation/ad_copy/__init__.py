"""Ads from facts: plan, write, check, choose."""

from generation.ad_copy.channels import CHANNELS, LANGUAGES, TONES, display_width
from generation.ad_copy.request import AdRequest, validate
from generation.ad_copy.write import write_ad

__all__ = ["CHANNELS", "LANGUAGES", "TONES", "AdRequest", "display_width", "validate", "write_ad"]
