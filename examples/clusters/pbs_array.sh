#!/bin/bash
# The tasks of a sweep by an array of jobs under PBS Pro:  qsub -v JOB=sweep.ini pbs_array.sh
# (Torque: -t 0-9 in place of -J 0-9, and $PBS_ARRAYID in place of $PBS_ARRAY_INDEX.)
#PBS -N sweep
#PBS -J 0-9
#PBS -l select=1:ncpus=1
#PBS -l walltime=04:00:00
#PBS -r y
#PBS -j oe

cd "$PBS_O_WORKDIR" || exit 2
nmc run "$JOB" --tasks "$PBS_ARRAY_INDEX/10" --run.walltime=03:50:00
