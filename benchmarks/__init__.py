"""Measurements, side by side in one run; medians and ratios are what counts. Nothing here is asserted."""
