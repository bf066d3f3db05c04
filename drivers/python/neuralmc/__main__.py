"""python3 -m neuralmc run job.ini"""

import sys

from neuralmc.jobs import main

sys.exit(main())
