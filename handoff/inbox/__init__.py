"""The inbox: where sales sees its leads, and judges them."""
