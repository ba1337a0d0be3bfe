def tabs(first, second=None):
	if second is None:
		raise TypeError("second")
	return first, second


class Windows:
	def run(self, path: str) -> bool:
		return bool(path)