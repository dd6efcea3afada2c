"""Pictures of numbers: pure functions from data to SVG that uses CSS classes only."""
