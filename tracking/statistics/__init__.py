"""What the figures mean (`metrics`, `dimensions`), how they are kept (`rollup`) and asked (`query`)."""
